using System.CommandLine;
using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.Perso.Commands;
using PersoMesh.Pkcs11;

namespace PersoMesh.Perso.Card;

/// <summary>A key as it was given: a name or a place in the order, and its value, or its label in an HSM.</summary>
/// <param name="Name">What to call it: enc, mac, dek, key, or the label before it in a key file.</param>
/// <param name="Text">Hexadecimal digits, or a label. Never shown.</param>
sealed record GivenKey(string Name, string Text)
{
    public override string ToString() => Name;
}

/// <summary>Opens keys that were given on the command line, in a file, or that lie in an HSM.</summary>
sealed class ScpKeys : IDisposable
{
    public const string Warning =
        "Keys on the command line stay in the shell's history and show in the process list: use them for test keys only, and --key-file, "
        + "or '--key-file -' for standard input, for others. An HSM is safest: with --hsm-library the keys are labels.";

    readonly Pkcs11SecurityModule? _module;
    readonly ISecuritySession? _session;
    readonly List<ISecretKey> _opened = [];

    public ScpKeys(Demo.HsmOptions? hsm)
    {
        if (hsm is null)
            return;
        _module = Pkcs11SecurityModule.Open(new Pkcs11Options { LibraryPath = hsm.Library, TokenLabel = hsm.Token, PinFile = hsm.PinFile });
        _session = _module.OpenSession();
    }

    /// <summary>Where <c>--softhsm</c> makes its token.</summary>
    public static string TokenFolder => Path.GetFullPath(Path.Combine("runs", "scp"));

    public static Option<string?> FileOption() => new("--key-file")
    {
        Description = "File with a key in each line, 'NAME HEX' or HEX alone; '#' begins a comment; '-' reads standard input.",
    };

    /// <summary>Reads a key file.</summary>
    /// <exception cref="UserErrorException">No file, or a line that is no key. Names the line, never its content.</exception>
    public static IReadOnlyList<GivenKey> ReadFile(string? path)
    {
        if (path is null)
            return [];
        if (path != "-" && !File.Exists(path))
            throw new UserErrorException($"There is no key file '{path}'.");
        using var reader = path == "-" ? Console.In : File.OpenText(path);
        List<GivenKey> keys = [];
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            var parts = text.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
                continue;
            keys.Add(parts switch
            {
                [var value] => new("key", value),
                [var name, var value] => new(name, value),
                _ => throw new UserErrorException($"Key file, line {line}: 'NAME HEX' or HEX alone."),
            });
        }

        return keys;
    }

    /// <summary>Opens a key for the cipher of a card's protocol.</summary>
    /// <exception cref="UserErrorException">Not a key of this cipher.</exception>
    public ISecretKey Open(GivenKey given, SecureChannelProtocol protocol)
    {
        var algorithm = protocol == SecureChannelProtocol.Scp02 ? KeyAlgorithm.TripleDes : KeyAlgorithm.Aes;
        ISecretKey key;
        try
        {
            key = _session?.GetKey(given.Text) ?? new SoftwareKey(algorithm, HexInput.Parse(given.Text, given.Name));
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"{given.Name}: {e.Message.Split(" (Parameter")[0]}", e);
        }

        _opened.Add(key);
        return key.Algorithm == algorithm
            ? key
            : throw new UserErrorException($"{given.Name} is a {key.Algorithm} key; {protocol} takes {algorithm} keys.");
    }

    public void Dispose()
    {
        _opened.ForEach(key => key.Dispose());
        _session?.Dispose();
        _module?.Dispose();
    }
}
