using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.Pkcs11;

namespace PersoMesh.PrivateServers;

/// <summary>
/// SoftHSM (Debian's softhsm2) with a token of its own in a folder, for demonstrations with a PKCS#11 token. The library finds its tokens by
/// an environment variable, so one process can have one such folder.
/// </summary>
/// <param name="LibraryPath">The PKCS#11 library.</param>
/// <param name="TokenLabel">The token's label.</param>
/// <param name="PinFile">Holds the user PIN; readable by its owner only.</param>
/// <param name="ConfigurationPath">What <c>SOFTHSM2_CONF</c> must name in other processes.</param>
public sealed partial record PrivateSoftHsm(string LibraryPath, string TokenLabel, string PinFile, string ConfigurationPath)
{
    /// <summary>Name of the variable by which the library finds its configuration.</summary>
    public const string ConfigurationVariable = "SOFTHSM2_CONF";

    const string Label = "persomesh-demo";

    static readonly string[] LibraryCandidates =
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
    ];

    /// <summary>Makes a token with a random PIN and puts keys into it.</summary>
    /// <param name="folder">For tokens, configuration and PIN file; must not hold a token yet.</param>
    /// <param name="keys">The keys.</param>
    /// <exception cref="InvalidOperationException">SoftHSM is not installed, or refuses.</exception>
    public static PrivateSoftHsm Create(string folder, IReadOnlyList<DemoKey> keys)
    {
        var library = Array.Find(LibraryCandidates, File.Exists)
            ?? throw new InvalidOperationException("SoftHSM is not installed: run 'apt-get install softhsm2'.");
        folder = Directory.CreateDirectory(folder).FullName;
        var hsm = new PrivateSoftHsm(library, Label, Path.Combine(folder, "pin"), Path.Combine(folder, "softhsm2.conf"));
        File.WriteAllLines(hsm.ConfigurationPath, [$"directories.tokendir = {Directory.CreateDirectory(Path.Combine(folder, "tokens")).FullName}", "objectstore.backend = file", "log.level = ERROR"]);
        var pin = RandomNumberGenerator.GetString("0123456789", 12);
        File.WriteAllText(hsm.PinFile, pin);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hsm.PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // .NET's own copy of the environment is not what getenv in the library sees.
        if (SetEnvironment(ConfigurationVariable, hsm.ConfigurationPath, 1) != 0)
            throw new InvalidOperationException("setenv failed.");
        InitializeToken(hsm, pin);
        using var administration = Pkcs11KeyAdministration.Open(new Pkcs11Options { LibraryPath = library, TokenLabel = Label, PinFile = hsm.PinFile });
        foreach (var key in keys)
            administration.Import(key.Label, key.Algorithm, Convert.FromHexString(key.Value));
        return hsm;
    }

    static void InitializeToken(PrivateSoftHsm hsm, string pin)
    {
        var start = new ProcessStartInfo("softhsm2-util", ["--init-token", "--free", "--label", Label, "--so-pin", pin, "--pin", pin])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { [ConfigurationVariable] = hsm.ConfigurationPath },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"softhsm2-util ended with {process.ExitCode}: {errors}");
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
