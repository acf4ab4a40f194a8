using System.CommandLine;
using PersoMesh.Keys;
using PersoMesh.Perso.Demo;
using PersoMesh.PrivateServers;

namespace PersoMesh.Perso.Commands;

/// <summary>The switches that name a PKCS#11 token, shared by commands.</summary>
sealed class HsmArguments
{
    readonly Option<bool> _softHsm = new("--softhsm") { Description = "Make a SoftHSM token (Debian's softhsm2) with the demonstration's keys and use it." };
    readonly Option<string?> _library = new("--hsm-library") { Description = "PKCS#11 library, for instance /usr/lib/softhsm/libsofthsm2.so." };
    readonly Option<string?> _token = new("--hsm-token") { Description = "Label of the token that holds the keys." };
    readonly Option<string?> _pinFile = new("--hsm-pin-file") { Description = "File that holds the token's user PIN." };

    public static HsmArguments Create() => new();

    public void AddTo(Command command)
    {
        command.Options.Add(_softHsm);
        command.Options.Add(_library);
        command.Options.Add(_token);
        command.Options.Add(_pinFile);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="folder">Where a SoftHSM token goes.</param>
    public HsmOptions? Read(ParseResult parsed, string folder) => parsed.GetValue(_softHsm) ? MakeToken(folder) : (parsed.GetValue(_library), parsed.GetValue(_token), parsed.GetValue(_pinFile)) switch
    {
        (null, null, null) => null,
        ({ } library, { } token, { } pinFile) => new HsmOptions(library, token, Path.GetFullPath(pinFile)),
        _ => throw new UserErrorException("--hsm-library, --hsm-token and --hsm-pin-file go together."),
    };

    static HsmOptions MakeToken(string folder)
    {
        try
        {
            var token = Path.Combine(folder, "softhsm");
            if (Directory.Exists(token))
                Directory.Delete(token, recursive: true);
            var hsm = PrivateSoftHsm.Create(token, DemoKeyFile.Read(InstallFolder.DemoKeys));
            return new HsmOptions(hsm.LibraryPath, hsm.TokenLabel, hsm.PinFile, hsm.ConfigurationPath);
        }
        catch (InvalidOperationException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }
}
