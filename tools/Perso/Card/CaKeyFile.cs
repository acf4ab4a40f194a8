using PersoMesh.Emv;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card;

/// <summary>
/// A text file of certification authority public keys: lines <c>NAME=HEX</c> with rid, index, modulus, exponent and, optionally, checksum
/// (EMV 4.3 Book 2 table 27); a line rid= begins the next key, '#' a comment.
/// </summary>
static class CaKeyFile
{
    static readonly string[] Names = ["rid", "index", "modulus", "exponent", "checksum"];

    /// <exception cref="UserErrorException">No file, or a key that is none; names file and line.</exception>
    public static IReadOnlyList<CaPublicKey> Read(string path)
    {
        if (!File.Exists(path))
            throw new UserErrorException($"There is no file '{path}'.");
        List<CaPublicKey> keys = [];
        Dictionary<string, byte[]> current = [];
        var begins = 0;
        foreach (var (number, name, value) in NamedLines.Read(File.ReadLines(path), path))
        {
            if (!Names.Contains(name))
                throw new UserErrorException($"{path}, line {number}: '{name}' is not one of {string.Join(", ", Names)}.");
            if (name == "rid" && current.Count > 0)
                keys.Add(Create(current, $"{path}, line {begins}"));
            if (name == "rid")
                (current, begins) = ([], number);
            if (!current.TryAdd(name, HexInput.Parse(value, $"{path}, line {number}")))
                throw new UserErrorException($"{path}, line {number}: a second '{name}' for one key.");
        }

        if (current.Count > 0)
            keys.Add(Create(current, $"{path}, line {begins}"));
        return keys.Count > 0 ? keys : throw new UserErrorException($"{path}: there is no key in it.");
    }

    static CaPublicKey Create(Dictionary<string, byte[]> values, string place)
    {
        foreach (var name in Names[..4])
        {
            if (!values.ContainsKey(name))
                throw new UserErrorException($"{place}: the key has no '{name}'.");
        }

        if (values["index"].Length != 1)
            throw new UserErrorException($"{place}: the index has one byte.");
        try
        {
            var key = new CaPublicKey(values["rid"], values["index"][0], new RsaPublicKey(values["modulus"], values["exponent"]));
            return !values.TryGetValue("checksum", out var sum) || sum.AsSpan().SequenceEqual(key.ComputeCheckSum())
                ? key
                : throw new UserErrorException($"{place}: the checksum is not that of this key.");
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException($"{place}: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }
}

/// <summary>Lines <c>NAME=VALUE</c>, with '#' comments and empty lines between them.</summary>
static class NamedLines
{
    public static IEnumerable<(int Number, string Name, string Value)> Read(IEnumerable<string> lines, string source)
    {
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
                throw new UserErrorException($"{source}, line {number}: 'NAME=HEX' is expected.");
            yield return (number, text[..at].Trim().ToLowerInvariant(), text[(at + 1)..]);
        }
    }
}
