using System.Diagnostics;
using System.Runtime.InteropServices;
using PersoMesh.Keys;
using PersoMesh.Pkcs11;

namespace PersoMesh.Fixtures;

/// <summary>
/// SoftHSM with tokens of its own in a temporary directory. Several fixtures can live in one process: each loads its own copy
/// of the library, because SoftHSM keeps one configuration per loaded library.
/// </summary>
/// <remarks>Needs Debian's softhsm2 package; without it the constructor fails and says so.</remarks>
public sealed partial class SoftHsmFixture : IDisposable
{
    const string DefaultLabel = "persomesh-test";
    const string UserPin = "246810";
    const string SecurityOfficerPin = "13579135";

    static readonly Lock EnvironmentGate = new();
    static readonly string[] LibraryCandidates =
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ];

    readonly Pkcs11Library _library;

    /// <summary>One token, labelled <c>persomesh-test</c>.</summary>
    public SoftHsmFixture()
        : this([DefaultLabel], "ALL")
    {
    }

    SoftHsmFixture(string[] tokenLabels, string mechanisms)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The SoftHSM fixture runs on Linux only.");
        TokenLabels = tokenLabels;
        var installed = Array.Find(LibraryCandidates, File.Exists)
            ?? throw new InvalidOperationException("SoftHSM is not installed: these tests need it (Debian: apt install softhsm2).");
        DirectoryPath = Directory.CreateTempSubdirectory("persomesh-softhsm-").FullName;
        Directory.CreateDirectory(Path.Combine(DirectoryPath, "tokens"));
        File.WriteAllLines(
            ConfigurationPath,
            [
                $"directories.tokendir = {DirectoryPath}/tokens", "objectstore.backend = file", "log.level = ERROR",
                $"slots.mechanisms = {mechanisms}",
            ]);
        File.WriteAllText(PinFile, UserPin + "\n");
        File.SetUnixFileMode(PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var label in tokenLabels)
            InitializeToken(label);
        File.Copy(installed, LibraryPath);
        lock (EnvironmentGate)
        {
            // Not Environment.SetEnvironmentVariable: on Unix that changes .NET's own copy, which getenv in the library does not see.
            if (SetEnvironment("SOFTHSM2_CONF", ConfigurationPath, 1) != 0)
                throw new InvalidOperationException("setenv failed.");
            // C_Initialize reads the configuration. It is held until Dispose, so that nobody initializes again under another one.
            _library = Pkcs11Library.Open(LibraryPath);
        }
    }

    /// <summary>The temporary directory with configuration, tokens and PIN file.</summary>
    public string DirectoryPath { get; }

    /// <summary>What SOFTHSM2_CONF must name for other processes.</summary>
    public string ConfigurationPath => Path.Combine(DirectoryPath, "softhsm2.conf");

    /// <summary>This fixture's copy of the SoftHSM library.</summary>
    public string LibraryPath => Path.Combine(DirectoryPath, "libsofthsm2.so");

    /// <summary>The file with the user PIN, the same for all tokens.</summary>
    public string PinFile => Path.Combine(DirectoryPath, "pin");

    /// <summary>The tokens' labels.</summary>
    public IReadOnlyList<string> TokenLabels { get; }

    /// <summary>What another process needs in its environment to see the tokens.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentVariables =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["SOFTHSM2_CONF"] = ConfigurationPath };

    /// <summary>A fixture with tokens of these labels.</summary>
    public static SoftHsmFixture WithTokens(params string[] labels) => new(labels, "ALL");

    /// <summary>A fixture whose token offers only these mechanisms (names with commas, as in SoftHSM's <c>slots.mechanisms</c>).</summary>
    public static SoftHsmFixture WithMechanisms(string mechanisms) => new([DefaultLabel], mechanisms);

    /// <summary>Options for a token, by default the first.</summary>
    public Pkcs11Options Options(string? tokenLabel = null, int maxSessions = 4) => new()
    {
        LibraryPath = LibraryPath,
        TokenLabel = tokenLabel ?? TokenLabels[0],
        PinFile = PinFile,
        MaxSessions = maxSessions,
    };

    /// <summary>Puts a key with a known value into a token, by default the first.</summary>
    public void Import(string label, KeyAlgorithm algorithm, ReadOnlySpan<byte> value, string? tokenLabel = null)
    {
        using var administration = Pkcs11KeyAdministration.Open(Options(tokenLabel));
        administration.Import(label, algorithm, value);
    }

    /// <summary>Runs a program with this fixture's SoftHSM configuration and returns its standard output.</summary>
    /// <exception cref="InvalidOperationException">The program is missing or failed; with its error output.</exception>
    public string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in EnvironmentVariables)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output
                : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(
                $"'{program}' is not installed: these tests need it (Debian: apt install softhsm2 opensc openssl).", e);
        }
    }

    /// <summary>Runs OpenSC's <c>pkcs11-tool</c>, logged in to the first token: another program's eye on what is there.</summary>
    public string RunPkcs11Tool(params string[] arguments) =>
        Run("pkcs11-tool", ["--module", LibraryPath, "--token-label", TokenLabels[0], "--login", "--pin", UserPin, .. arguments]);

    /// <summary>Lets go of the library and deletes the tokens.</summary>
    public void Dispose()
    {
        _library.Dispose();
        Directory.Delete(DirectoryPath, recursive: true);
    }

    void InitializeToken(string label) =>
        Run("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", SecurityOfficerPin, "--pin", UserPin);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
