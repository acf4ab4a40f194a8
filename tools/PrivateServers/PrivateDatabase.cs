using System.Diagnostics;
using System.Security.Cryptography;

namespace PersoMesh.PrivateServers;

/// <summary>
/// PostgreSQL (Debian's package) as a private process on a free loopback port with its data in a folder of its own: for tests, for
/// <c>./perso up</c> and for benchmarks. It shares nothing with a database that the machine may run. Every commit reaches the disk
/// (fsync is on).
/// </summary>
public sealed class PrivateDatabase
{
    /// <summary>The server refuses to run as root; started by root, it runs as the user of Debian's package.</summary>
    const string ServerUser = "postgres";
    const string Programs = "/usr/lib/postgresql";
    const string KeptPassword = "superuser.password";
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    PrivateDatabase(PrivateDatabaseState state) => State = state;

    /// <summary>What must be remembered to use and stop the server from another process. Holds the password.</summary>
    public PrivateDatabaseState State { get; private set; }

    /// <summary>Host for clients.</summary>
    public static string Host => "127.0.0.1";

    /// <summary>Name of the superuser.</summary>
    public static string UserName => "persomesh";

    /// <summary>Initializes a server's folder, starts the server and waits until it takes connections.</summary>
    /// <param name="folder">
    /// For its data and logs; created. Started by root, every folder above must be open to the user <c>postgres</c> (mode o+x).
    /// </param>
    /// <param name="cancellationToken">Gives up; what had started is stopped.</param>
    /// <exception cref="InvalidOperationException">PostgreSQL is not installed, or does not start; the message says what to do.</exception>
    public static async Task<PrivateDatabase> StartAsync(string folder, CancellationToken cancellationToken)
    {
        folder = Directory.CreateDirectory(folder).FullName;
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        await InitializeAsync(folder, password, cancellationToken);
        var database = new PrivateDatabase(new PrivateDatabaseState(0, FreePort.Find(1)[0], folder, password));
        await KeepPasswordAsync(folder, password, cancellationToken);
        await database.LaunchAsync(cancellationToken);
        return database;
    }

    /// <summary>Starts a server again in the folder of one that was stopped, with its data, on another port.</summary>
    /// <returns>Null when the folder holds none.</returns>
    /// <exception cref="InvalidOperationException">It does not start; the message names its log.</exception>
    public static async Task<PrivateDatabase?> TryReopenAsync(string folder, CancellationToken cancellationToken)
    {
        var passwordFile = Path.Combine(folder, KeptPassword);
        if (!File.Exists(passwordFile))
            return null;
        var password = (await File.ReadAllTextAsync(passwordFile, cancellationToken)).Trim();
        var database = new PrivateDatabase(new PrivateDatabaseState(0, FreePort.Find(1)[0], Path.GetFullPath(folder), password));
        await database.LaunchAsync(cancellationToken);
        return database;
    }

    /// <summary>Takes hold of a server that another process started.</summary>
    public static PrivateDatabase Attach(PrivateDatabaseState state) => new(state);

    /// <summary>Connection string (Npgsql) to one of the server's databases; <c>postgres</c> exists from the start.</summary>
    public string ConnectionString(string database = "postgres") =>
        $"Host={Host};Port={State.Port};Username={UserName};Password={State.Password};Database={database};" +
        "Max Auto Prepare=50;Maximum Pool Size=64";

    /// <summary>Creates an empty database.</summary>
    /// <param name="database">Its name: letters, digits and underscores.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its connection string.</returns>
    /// <exception cref="InvalidOperationException">It exists already, or the server does not answer.</exception>
    public async Task<string> CreateDatabaseAsync(string database, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string?> { ["PGPASSWORD"] = State.Password };
        string[] create = ["-h", Host, "-p", State.Port.ToString(), "-U", UserName, "--", database];
        var (exit, output) = await RunAsync(Program("createdb"), create, environment, cancellationToken);
        return exit == 0
            ? ConnectionString(database)
            : throw new InvalidOperationException($"The database '{database}' could not be created: {output.Trim()}");
    }

    /// <summary>Stops the server: open transactions are rolled back, everything is written out.</summary>
    public Task StopAsync() => StopAsync("fast");

    /// <summary>Stops the server as a power cut would: the next start recovers from the write-ahead log.</summary>
    public Task CrashAsync() => StopAsync("immediate");

    /// <summary>Starts a stopped server again, on the same port with the same data.</summary>
    /// <exception cref="InvalidOperationException">It does not start; the message names its log.</exception>
    public Task RestartAsync(CancellationToken cancellationToken) => LaunchAsync(cancellationToken);

    static async Task InitializeAsync(string folder, string password, CancellationToken cancellationToken)
    {
        var (data, passwordFile) = (DataFolder(folder), Path.Combine(folder, "password"));
        string[] owner = Environment.IsPrivilegedProcess ? ["-o", ServerUser, "-g", ServerUser] : [];
        await RunAsync(["install", "-d", "-m", "0700", .. owner, data], cancellationToken);
        // Exists with the right mode before the password is in it.
        await RunAsync(["install", "-m", "0600", .. owner, "/dev/null", passwordFile], cancellationToken);
        await File.WriteAllTextAsync(passwordFile, password, cancellationToken);
        string[] initialize =
        [
            Program("initdb"), "--pgdata", data, "--username", UserName, "--auth", "scram-sha-256", "--pwfile", passwordFile,
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions",
        ];
        var (exit, output) = await RunAsync(AsServerUser(initialize), cancellationToken);
        File.Delete(passwordFile);
        if (exit != 0)
            throw new InvalidOperationException($"PostgreSQL could not initialize {data}: {output.Trim()}");
    }

    static async Task KeepPasswordAsync(string folder, string password, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, KeptPassword);
        await RunAsync(["install", "-m", "0600", "/dev/null", file], cancellationToken);
        await File.WriteAllTextAsync(file, password, cancellationToken);
    }

    async Task LaunchAsync(CancellationToken cancellationToken)
    {
        string[] server =
        [
            Program("postgres"), "-D", DataFolder(State.Folder), "-c", $"listen_addresses={Host}", "-c", $"port={State.Port}",
            "-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "max_connections=200",
        ];
        var command = AsServerUser(server);
        var log = Path.Combine(State.Folder, "database.log");
        State = State with { ProcessId = DetachedProcess.Start(command[0], command[1..], new Dictionary<string, string?>(), log) };
        try
        {
            for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartTimeout; await Task.Delay(100, cancellationToken))
            {
                if (!DetachedProcess.IsRunning(State.ProcessId))
                    break;
                var (exit, _) = await RunAsync([Program("pg_isready"), "-q", "-h", Host, "-p", State.Port.ToString()], cancellationToken);
                if (exit == 0)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            await StopAsync();
            throw;
        }

        await StopAsync();
        throw new InvalidOperationException($"PostgreSQL did not start; see {log}.");
    }

    async Task StopAsync(string mode)
    {
        string[] stop = [Program("pg_ctl"), "stop", "-D", DataFolder(State.Folder), "-m", mode, "-w", "-t", "60"];
        await RunAsync(AsServerUser(stop), CancellationToken.None);
        await DetachedProcess.StopAsync(State.ProcessId, TimeSpan.FromSeconds(5));
    }

    static string DataFolder(string folder) => Path.Combine(folder, "data");

    // Debian keeps several major versions side by side; the newest will do.
    static string Program(string name)
    {
        var versions = Directory.Exists(Programs) ? Directory.GetDirectories(Programs) : [];
        var newest = versions.Select(folder => Path.Combine(folder, "bin", name)).Where(File.Exists)
            .OrderByDescending(path => int.TryParse(path.Split('/')[4], out var version) ? version : 0).FirstOrDefault();
        return newest
            ?? throw new InvalidOperationException("PostgreSQL is not installed: run 'apt-get install postgresql', or name a server.");
    }

    static string[] AsServerUser(string[] command) =>
        Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid", ServerUser, "--regid", ServerUser, "--init-groups", "--", .. command]
            : command;

    static Task<(int Exit, string Output)> RunAsync(string[] command, CancellationToken cancellationToken) =>
        RunAsync(command[0], command[1..], [], cancellationToken);

    static async Task<(int Exit, string Output)> RunAsync(
        string program, string[] arguments, Dictionary<string, string?> environment, CancellationToken cancellationToken)
    {
        // The server's user may not enter this process's working folder.
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}

/// <summary>How to reach and stop a private database server.</summary>
/// <param name="ProcessId">The server's first process.</param>
/// <param name="Port">TCP port on the loopback address.</param>
/// <param name="Folder">Data and log.</param>
/// <param name="Password">Of the superuser. It protects the server from other users of the machine.</param>
public sealed record PrivateDatabaseState(int ProcessId, int Port, string Folder, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"PostgreSQL on port {Port} in {Folder}";
}
