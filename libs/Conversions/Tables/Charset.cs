using System.Collections.Frozen;
using System.Text;

namespace PersoMesh.Conversions;

/// <summary>A character set that a value can be written in: the parts of ISO/IEC 8859 that .NET has, ASCII and UTF-8. Immutable.</summary>
sealed class Charset
{
    // Parts 10, 14 and 16 have no code page. Those of parts 7 and 8 are older than ISO/IEC 8859-7:2003 and 8859-8:1999: what differs
    // stands here as pairs of byte (Latin-1) and character.
    static readonly (int Part, string Newer)[] Parts =
    [
        (1, ""), (2, ""), (3, ""), (4, ""), (5, ""), (6, ""), (7, "\u00A1\u2018\u00A2\u2019\u00A4\u20AC\u00A5\u20AF\u00AA\u037A"),
        (8, "\u00AF\u00AF\u00FD\u200E\u00FE\u200F"), (9, ""), (13, ""), (15, ""),
    ];

    static readonly FrozenDictionary<string, Charset> ByName = Parts.Select(p => FromCodePage(p.Part, p.Newer))
        .Append(FromCharacters("ASCII", [.. Enumerable.Range(0, 128).Select(i => (char)i)]))
        .Append(new("UTF-8", null, null))
        .ToFrozenDictionary(c => c.Name.Replace(' ', '-').ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    readonly char?[]? _characters;
    readonly FrozenDictionary<char, byte>? _bytes;

    Charset(string name, char?[]? characters, FrozenDictionary<char, byte>? bytes) =>
        (Name, _characters, _bytes) = (name, characters, bytes);

    /// <summary>What a person calls it: <c>ISO 8859-1</c>.</summary>
    public string Name { get; }

    /// <summary>Reads a name such as <c>iso-8859-1</c>, <c>us-ascii</c> or <c>utf-8</c>.</summary>
    public static Parsed<Charset> Parse(string name) =>
        ByName.TryGetValue(name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) ? "ascii" : name, out var charset)
            ? charset
            : Parsed<Charset>.Malformed($"it is none of {string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal))}");

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
    /// <param name="text">The text.</param>
    /// <param name="orElse">Says of a character without a place that it is to be replaced, so that it is no fault.</param>
    public string? FaultOf(string text, Func<char, bool>? orElse = null)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if ((!Has(text[i]) && orElse?.Invoke(text[i]) != true) || (char.IsSurrogate(text[i]) && !IsInPair(text, i)))
                return $"U+{(int)text[i]:X4} at position {i + 1} has no place in {Name}";
        }

        return null;
    }

    static bool IsInPair(string text, int i) => char.IsHighSurrogate(text[i])
        ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])
        : i > 0 && char.IsHighSurrogate(text[i - 1]);

    // Code pages put private-use characters where the standard has none.
    static Charset FromCodePage(int part, string newer)
    {
        var encoding = part == 1 ? Encoding.Latin1 : CodePagesEncodingProvider.Instance.GetEncoding(28590 + part)!;
        var decoded = encoding.GetString([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        char?[] characters = [.. decoded.Select(c => c is >= '\uE000' and <= '\uF8FF' ? default(char?) : c)];
        foreach (var pair in newer.Chunk(2))
            characters[pair[0]] = pair[1];
        return FromCharacters($"ISO 8859-{part}", characters);
    }

    static Charset FromCharacters(string name, char?[] characters) => new(
        name,
        characters,
        Enumerable.Range(0, characters.Length).Where(i => characters[i] is not null)
            .ToFrozenDictionary(i => characters[i]!.Value, i => (byte)i));
}
