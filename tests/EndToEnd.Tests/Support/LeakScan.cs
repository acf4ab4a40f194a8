using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>
/// Looks for clear values in bytes of any kind, in every form in which they could have slipped out: as they are, in UTF-16, as packed
/// digits, each of these also in hexadecimal and in base64 at any offset, and all of that with JSON's escapes.
/// </summary>
sealed partial class LeakScan
{
    const int ShortestTelling = 6;

    readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    readonly HashSet<string> _plainDigits = new(StringComparer.Ordinal);
    readonly Lazy<SearchValues<string>> _patterns;

    public LeakScan() => _patterns = new(() => SearchValues.Create([.. _names.Keys], StringComparison.Ordinal));

    /// <summary>All that is secret or personal of these debit cards, and the demonstration's keys.</summary>
    public static LeakScan For(IEnumerable<DebitHolder> holders)
    {
        var scan = new LeakScan();
        foreach (var holder in holders)
        {
            scan.AddDigits($"{holder.Id}: PAN", holder.Pan);
            scan.AddText($"{holder.Id}: PAN in groups", holder.EmbossedLines[0]);
            scan.AddName($"{holder.Id}: first name", holder.FirstName);
            scan.AddName($"{holder.Id}: last name", holder.LastName);
            scan.AddText($"{holder.Id}: discretionary data", holder.Discretionary);
            scan.AddBytes($"{holder.Id}: enciphered PIN block", Convert.FromHexString(holder.EncipheredPin));
            var referencePin = $"2{holder.Pin.Length:X}{holder.Pin}".PadRight(16, 'F');
            scan.AddBytes($"{holder.Id}: reference PIN block", Convert.FromHexString(referencePin));
            foreach (var key in holder.MasterKeys)
                scan.AddBytes($"{holder.Id}: a key", CardMathematics.WithOddParity(key));
        }

        foreach (var key in DemoKeys.All)
            scan.AddBytes("a key of the security module", key);
        return scan;
    }

    /// <summary>A name in the spellings that a card has of it.</summary>
    public void AddName(string what, string name)
    {
        foreach (var spelling in new[] { name, name.ToUpperInvariant(), Spelling.Ascii(name) }.Distinct(StringComparer.Ordinal))
            AddText(what, spelling);
    }

    public void AddText(string what, string text)
    {
        AddBytes(what, Encoding.UTF8.GetBytes(text));
        AddBytes(what, Encoding.Latin1.GetBytes(text));
        AddBytes(what, Encoding.Unicode.GetBytes(text));
    }

    public void AddDigits(string what, string digits)
    {
        AddText(what, digits);
        AddBytes(what, Convert.FromHexString(digits.Length % 2 == 0 ? digits : digits + "F"));
    }

    /// <summary>
    /// A PIN or PUK of at least eight digits: as text, packed with F to fill, and in a PIN block of format 2 (ISO 9564-1). Fewer digits stand anywhere
    /// by chance, and so do eight in a longer number, which is not counted.
    /// </summary>
    public void AddPin(string what, string digits)
    {
        Assert.True(digits.Length >= 8, $"{what} is too short to be looked for");
        AddText(what, digits);
        _plainDigits.Add(digits);
        AddBytes($"{what}, packed", Convert.FromHexString(digits.PadRight(16, 'F')));
        AddBytes($"{what} in a PIN block", Convert.FromHexString($"2{digits.Length:X}{digits}".PadRight(16, 'F')));
    }

    public void AddBytes(string what, byte[] value)
    {
        Add(what, Encoding.Latin1.GetString(value));
        Add($"{what} in hexadecimal", Convert.ToHexString(value));
        Add($"{what} in hexadecimal", Convert.ToHexStringLower(value));
        for (var offset = 0; offset < 3; offset++)
        {
            // The first and last characters depend on what stands around the value.
            var base64 = Convert.ToBase64String([.. new byte[offset], .. value]);
            var from = offset == 0 ? 0 : offset + 1;
            var core = base64[from..((offset + value.Length) * 8 / 6)];
            Add($"{what} in base64", core);
            Add($"{what} in base64url", core.Replace('+', '-').Replace('/', '_'));
        }
    }

    /// <summary>What was found; empty when all is well. Says what, not the value.</summary>
    public IReadOnlyList<string> Find(ReadOnlySpan<byte> data)
    {
        var text = Encoding.Latin1.GetString(data);
        var found = new HashSet<string>(StringComparer.Ordinal);
        Find(text, found);
        if (text.Contains('\\', StringComparison.Ordinal))
            Find(JsonEscape().Replace(text, Unescape), found);
        return [.. found.Order(StringComparer.Ordinal)];
    }

    static string Unescape(Match escape) =>
        escape.Groups["code"].Success ? ((char)Convert.ToUInt16(escape.Groups["code"].Value, 16)).ToString() : "/";

    void Find(string text, HashSet<string> found)
    {
        for (var rest = text.AsSpan(); rest.IndexOfAny(_patterns.Value) is >= 0 and var at; rest = rest[(at + 1)..])
        {
            foreach (var (pattern, name) in _names)
            {
                if (rest[at..].StartsWith(pattern, StringComparison.Ordinal) && !IsPartOfNumber(text, text.Length - rest.Length + at, pattern))
                    found.Add(name);
            }
        }
    }

    bool IsPartOfNumber(string text, int at, string pattern) => _plainDigits.Contains(pattern)
        && ((at > 0 && char.IsAsciiHexDigit(text[at - 1])) || (at + pattern.Length < text.Length && char.IsAsciiHexDigit(text[at + pattern.Length])));

    void Add(string what, string pattern)
    {
        Assert.True(pattern.Length >= ShortestTelling, $"{what} is too short to be looked for: finding it could be chance");
        _names.TryAdd(pattern, what);
    }

    [GeneratedRegex(@"\\u(?<code>[0-9A-Fa-f]{4})|\\/", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonEscape();
}
