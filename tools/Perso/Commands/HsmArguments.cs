using System.CommandLine;
using PersoMesh.Perso.Demo;

namespace PersoMesh.Perso.Commands;

/// <summary>The switches that name a PKCS#11 token, shared by commands.</summary>
sealed class HsmArguments
{
    readonly Option<string?> _library = new("--hsm-library") { Description = "PKCS#11 library, for instance /usr/lib/softhsm/libsofthsm2.so." };
    readonly Option<string?> _token = new("--hsm-token") { Description = "Label of the token that holds the keys." };
    readonly Option<string?> _pinFile = new("--hsm-pin-file") { Description = "File that holds the token's user PIN." };

    public static HsmArguments Create() => new();

    public void AddTo(Command command)
    {
        command.Options.Add(_library);
        command.Options.Add(_token);
        command.Options.Add(_pinFile);
    }

    public HsmOptions? Read(ParseResult parsed) => (parsed.GetValue(_library), parsed.GetValue(_token), parsed.GetValue(_pinFile)) switch
    {
        (null, null, null) => null,
        ({ } library, { } token, { } pinFile) => new HsmOptions(library, token, Path.GetFullPath(pinFile)),
        _ => throw new UserErrorException("--hsm-library, --hsm-token and --hsm-pin-file go together."),
    };
}
