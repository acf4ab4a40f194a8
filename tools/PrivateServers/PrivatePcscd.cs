using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace PersoMesh.PrivateServers;

/// <summary>A place for a card in a virtual reader.</summary>
/// <param name="Reader">Name of the PC/SC reader.</param>
/// <param name="Port">Loopback port where a card connects (vpcd's protocol).</param>
public sealed record VirtualSlot(string Reader, int Port);

/// <summary>
/// pcscd with virtual readers (Debian's pcscd and vsmartcard-vpcd) as a private process: for tests and benchmarks. Clients find it by the
/// environment variable PCSCLITE_CSOCK_NAME; it shares no socket with a pcscd that the machine may run.
/// </summary>
/// <remarks>
/// pcscd 1.9.9 has its socket's path compiled in, but takes one that is open already from systemd (LISTEN_FDS, file descriptor 3): a few
/// lines of Perl, which every Debian has, play systemd. The driver keeps two slots in variables of its library, so each two slots get a
/// copy of the library. Beside the virtual readers, pcscd shows real USB readers that nobody else has taken. vpcd listens on all network
/// interfaces, and pcscd writes /run/pcscd/pcscd.pid whatever its socket: use it where neither matters.
/// </remarks>
public sealed partial class PrivatePcscd : IAsyncDisposable
{
    /// <summary>The most slots: pcscd before 2.5 has room for 16 readers.</summary>
    public const int MaxSlots = 16;

    const int SlotsPerDriver = 2;
    const int LongestSocketPath = 107 - 4; // with ".new"
    const string Program = "/usr/sbin/pcscd";
    const string Driver = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
    const string Perl = "/usr/bin/perl";
    const string Launcher = """
        use Socket;
        use POSIX ();
        $^F = 255;
        my $path = shift;
        unlink "$path.new";
        socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
        bind($s, pack_sockaddr_un("$path.new")) or die "bind $path.new: $!";
        listen($s, 128) or die "listen: $!";
        rename("$path.new", $path) or die "rename $path.new: $!";
        POSIX::dup2(fileno($s), 3) if fileno($s) != 3;
        ($ENV{LISTEN_PID}, $ENV{LISTEN_FDS}) = ($$, 1);
        exec @ARGV;
        die "exec $ARGV[0]: $!";
        """;

    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    readonly string _folder;
    int _processId;

    PrivatePcscd(string folder) => _folder = folder;

    /// <summary>The slots, two of each driver.</summary>
    public IReadOnlyList<VirtualSlot> Slots { get; private set; } = [];

    /// <summary>The socket for clients.</summary>
    public string SocketPath => Path.Combine(_folder, "pcscd.comm");

    /// <summary>What pcscd says, level "info".</summary>
    public string LogFile => Path.Combine(_folder, "pcscd.log");

    /// <summary>What another process needs in its environment to see the readers.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentVariables =>
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["PCSCLITE_CSOCK_NAME"] = SocketPath };

    /// <summary>Starts pcscd and waits until its readers are there.</summary>
    /// <param name="folder">For socket, settings and log; created. Its path is short, for sockets' paths are.</param>
    /// <param name="slots">How many places for cards, up to <see cref="MaxSlots"/>; rounded up to an even number.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">pcscd is not installed, or does not start; the message says what to do.</exception>
    public static async Task<PrivatePcscd> StartAsync(string folder, int slots, CancellationToken cancellationToken = default)
    {
        RequireInstalled();
        var pcscd = new PrivatePcscd(Directory.CreateDirectory(folder).FullName);
        if (Encoding.UTF8.GetByteCount(pcscd.SocketPath) > LongestSocketPath)
            throw new InvalidOperationException($"'{pcscd.SocketPath}' is longer than a socket's path can be: use a shorter folder.");
        await pcscd.RestartAsync(slots, cancellationToken);
        return pcscd;
    }

    /// <summary>Makes native libraries of this process, which have not used PC/SC yet, use this pcscd.</summary>
    /// <remarks>libpcsclite looks once, at its first call: one process has one pcscd for its lifetime, which may restart.</remarks>
    public void UseInThisProcess()
    {
        // Not Environment.SetEnvironmentVariable: on Unix that changes .NET's own copy, which getenv in the library does not see.
        if (SetEnvironment("PCSCLITE_CSOCK_NAME", SocketPath, 1) != 0)
            throw new InvalidOperationException("setenv failed.");
    }

    /// <summary>Kills pcscd as a crash would: its socket stays behind and refuses connections.</summary>
    public async Task KillAsync()
    {
        using var process = Process.GetProcessById(_processId);
        process.Kill();
        while (DetachedProcess.IsRunning(_processId))
            await Task.Delay(5);
        _processId = 0;
    }

    /// <summary>Stops pcscd, if it runs, and starts it with the slots that it had.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartProcessAsync(cancellationToken);
    }

    /// <summary>Stops pcscd, if it runs, and starts it with another number of slots, on other ports.</summary>
    public async Task RestartAsync(int slots, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, MaxSlots);
        await StopAsync();
        Configure((slots + SlotsPerDriver - 1) / SlotsPerDriver);
        await StartProcessAsync(cancellationToken);
    }

    /// <summary>Stops pcscd. Its folder stays.</summary>
    public async Task StopAsync()
    {
        if (_processId != 0)
            await DetachedProcess.StopAsync(_processId, TimeSpan.FromSeconds(5));
        _processId = 0;
    }

    /// <summary>Stops pcscd.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    static void RequireInstalled()
    {
        foreach (var (file, package) in new[] { (Program, "pcscd"), (Driver, "vsmartcard-vpcd"), (Perl, "perl-base") })
        {
            if (!File.Exists(file))
            {
                throw new InvalidOperationException(
                    $"{file} is missing: run 'apt-get install --no-install-recommends {package}' (virtual PC/SC readers need it).");
            }
        }
    }

    void Configure(int drivers)
    {
        var settings = Directory.CreateDirectory(Path.Combine(_folder, "reader.conf.d")).FullName;
        var text = new StringBuilder();
        var slots = new List<VirtualSlot>();
        var ports = FindPortPairs(drivers);
        for (var i = 0; i < drivers; i++)
        {
            var (name, library) = ($"PersoMesh virtual {i + 1}", Path.Combine(_folder, $"vpcd{i + 1}.so"));
            File.Copy(Driver, library, overwrite: true);
            text.Append(CultureInfo.InvariantCulture, $"""
                FRIENDLYNAME "{name}"
                DEVICENAME /dev/null:{ports[i]}
                LIBPATH {library}
                CHANNELID {ports[i]}


                """);
            // pcscd appends the number of the reader among those of one name, and the slot.
            for (var slot = 0; slot < SlotsPerDriver; slot++)
                slots.Add(new($"{name} 00 0{slot}", ports[i] + slot));
        }

        File.WriteAllText(Path.Combine(settings, "virtual"), text.ToString());
        Slots = slots;
    }

    async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        // The launcher puts it there when it takes connections.
        File.Delete(SocketPath);
        _processId = DetachedProcess.Start(
            Perl,
            ["-e", Launcher, SocketPath, Program, "--foreground", "--info", "--config", Path.Combine(_folder, "reader.conf.d")],
            new Dictionary<string, string?>(StringComparer.Ordinal),
            LogFile);
        var waited = Stopwatch.StartNew();
        for (; waited.Elapsed < StartTimeout && DetachedProcess.IsRunning(_processId); await Task.Delay(10, cancellationToken))
        {
            // Who connects before pcscd has set up the readers is served afterwards.
            if (File.Exists(SocketPath) && ListensOnAllPorts())
                return;
        }

        await StopAsync();
        throw new InvalidOperationException(
            $"pcscd did not start with its virtual readers (it needs root, or a folder /run/pcscd that root made); see {LogFile}.");
    }

    // Another process may have taken a port meanwhile, so it counts who listens.
    bool ListensOnAllPorts()
    {
        const string ListenState = "0A";
        var sockets = OpenFiles(_processId);
        var ports = File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == ListenState && sockets.Contains($"socket:[{fields[9]}]"))
            .Select(fields => int.Parse(fields[1].AsSpan(fields[1].IndexOf(':') + 1), NumberStyles.HexNumber))
            .ToHashSet();
        return Slots.All(slot => ports.Contains(slot.Port));
    }

    static HashSet<string?> OpenFiles(int processId)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{processId}/fd").Select(file => new FileInfo(file).LinkTarget)
                .ToHashSet(StringComparer.Ordinal);
        }
        catch (IOException)
        {
            // It closed one meanwhile, or ended.
            return [];
        }
    }

    // vpcd's second slot is at the next port.
    static int[] FindPortPairs(int count)
    {
        var listeners = new List<TcpListener>();
        var pairs = new List<int>();
        try
        {
            while (pairs.Count < count)
            {
                var port = Listen(0);
                if (port is > 0 and < IPEndPoint.MaxPort && Listen(port + 1) > 0)
                    pairs.Add(port);
            }

            return [.. pairs];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }

        int Listen(int port)
        {
            var listener = new TcpListener(IPAddress.Any, port);
            listeners.Add(listener);
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                return 0;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
