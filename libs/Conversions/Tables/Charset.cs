using System.Collections.Frozen;
using System.Text;

namespace PersoMesh.Conversions;

/// <summary>A character set that a value can be written in: the parts of ISO/IEC 8859 that .NET has, ASCII and UTF-8. Immutable.</summary>
sealed class Charset
{
    // The code pages of Windows and .NET; parts 10, 14 and 16 have none.
    static readonly (int Part, int CodePage)[] Parts =
    [
        (1, 28591), (2, 28592), (3, 28593), (4, 28594), (5, 28595), (6, 28596), (7, 28597), (8, 28598), (9, 28599), (13, 28603), (15, 28605),
    ];

    static readonly FrozenDictionary<string, Charset> ByName = Parts.Select(p => FromCodePage($"ISO 8859-{p.Part}", p.CodePage))
        .Append(FromCharacters("ASCII", [.. Enumerable.Range(0, 128).Select(i => (char)i)]))
        .Append(new("UTF-8", null, null))
        .ToFrozenDictionary(c => c.Name.Replace(' ', '-'), StringComparer.OrdinalIgnoreCase);

    readonly char?[]? _characters;
    readonly FrozenDictionary<char, byte>? _bytes;

    Charset(string name, char?[]? characters, FrozenDictionary<char, byte>? bytes) => (Name, _characters, _bytes) = (name, characters, bytes);

    /// <summary>What a person calls it: <c>ISO 8859-1</c>.</summary>
    public string Name { get; }

    /// <summary>Reads a name such as <c>iso-8859-1</c>, <c>us-ascii</c> or <c>utf-8</c>.</summary>
    public static Parsed<Charset> Parse(string name) =>
        ByName.TryGetValue(name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) ? "ascii" : name, out var charset)
            ? charset
            : Parsed<Charset>.Malformed($"it is none of {string.Join(", ", ByName.Keys.Select(k => k.ToLowerInvariant()).Order(StringComparer.Ordinal))}");

    /// <summary>True when a character can be written. Surrogates can in UTF-8, if they come in pairs.</summary>
    public bool Has(char c) => _bytes is null || _bytes.ContainsKey(c);

    /// <summary>Encodes a text.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Encode(string text, out byte[] bytes)
    {
        bytes = [];
        if (FaultOf(text) is { } fault)
            return fault;
        if (_bytes is null)
        {
            bytes = Encoding.UTF8.GetBytes(text);
            return null;
        }

        bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
            bytes[i] = _bytes[text[i]];
        return null;
    }

    /// <summary>Decodes bytes.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Decode(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        if (_characters is null)
        {
            if (System.Text.Unicode.Utf8.IsValid(bytes))
                text = Encoding.UTF8.GetString(bytes);
            else
                return $"the {bytes.Length} bytes are not UTF-8";
            return null;
        }

        var result = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] >= _characters.Length || _characters[bytes[i]] is not { } c)
                return $"byte {i + 1} is no character of {Name}";
            result.Append(c);
        }

        text = result.ToString();
        return null;
    }

    /// <summary>What is wrong with the first character that has no place, or null.</summary>
    public string? FaultOf(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!Has(text[i]) || (char.IsSurrogate(text[i]) && !IsInPair(text, i)))
                return $"U+{(int)text[i]:X4} at position {i + 1} has no place in {Name}";
        }

        return null;
    }

    static bool IsInPair(string text, int i) => char.IsHighSurrogate(text[i])
        ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
        : i > 0 && char.IsHighSurrogate(text[i - 1]);

    // Code pages put private-use characters where the standard has none.
    static Charset FromCodePage(string name, int codePage)
    {
        var encoding = codePage == 28591 ? Encoding.Latin1 : CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;
        var decoded = encoding.GetString([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        return FromCharacters(name, [.. decoded.Select(c => c is >= '\uE000' and <= '\uF8FF' ? default(char?) : c)]);
    }

    static Charset FromCharacters(string name, char?[] characters) => new(
        name,
        characters,
        Enumerable.Range(0, characters.Length).Where(i => characters[i] is not null).ToFrozenDictionary(i => characters[i]!.Value, i => (byte)i));
}
