using System.CommandLine;
using PersoMesh.Keys;
using PersoMesh.Perso.Demo;
using PersoMesh.Pkcs11;

namespace PersoMesh.Perso.Commands;

/// <summary>The switches that name an existing PKCS#11 token.</summary>
sealed class TokenArguments
{
    readonly Option<string?> _library = new("--hsm-library") { Description = "PKCS#11 library, for instance /usr/lib/softhsm/libsofthsm2.so." };
    readonly Option<string?> _token = new("--hsm-token") { Description = "Label of the token that holds the keys." };
    readonly Option<string?> _pinFile = new("--hsm-pin-file") { Description = "File that holds the token's user PIN." };

    public static TokenArguments Create() => new();

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

    /// <exception cref="UserErrorException">None was named.</exception>
    public Pkcs11Options Require(ParseResult parsed, int maxSessions = 4)
    {
        var hsm = Read(parsed) ?? throw new UserErrorException("Name the token: --hsm-library, --hsm-token and --hsm-pin-file.");
        return new Pkcs11Options { LibraryPath = hsm.Library, TokenLabel = hsm.Token, PinFile = hsm.PinFile, MaxSessions = maxSessions };
    }

    /// <exception cref="UserErrorException">None was named.</exception>
    /// <exception cref="SecurityModuleException">It cannot be opened.</exception>
    public ISecurityModule Open(ParseResult parsed, int maxSessions = 4) => Pkcs11SecurityModule.Open(Require(parsed, maxSessions));
}
