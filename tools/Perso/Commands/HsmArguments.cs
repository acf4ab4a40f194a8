using System.CommandLine;
using PersoMesh.Keys;
using PersoMesh.Perso.Demo;
using PersoMesh.PrivateServers;

namespace PersoMesh.Perso.Commands;

/// <summary>The switches that name a PKCS#11 token, shared by commands.</summary>
sealed class HsmArguments
{
    readonly Option<bool> _softHsm = new("--softhsm") { Description = "Make a SoftHSM token (Debian's softhsm2) with the demonstration's keys and use it." };
    readonly TokenArguments _existing = TokenArguments.Create();

    public static HsmArguments Create() => new();

    public void AddTo(Command command)
    {
        command.Options.Add(_softHsm);
        _existing.AddTo(command);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="folder">Where a SoftHSM token goes.</param>
    public HsmOptions? Read(ParseResult parsed, string folder) => parsed.GetValue(_softHsm) ? MakeToken(folder) : _existing.Read(parsed);

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
