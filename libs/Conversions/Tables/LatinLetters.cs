using System.Collections.Frozen;
using System.Text;

namespace PersoMesh.Conversions;

/// <summary>
/// Latin letters with diacritics: how they are composed of base letter and combining mark (Unicode canonical composition, which
/// .NET leaves out when globalization is invariant), and what stands in for them where they cannot be written.
/// </summary>
static class LatinLetters
{
    const char DottedI = 'İ'; // its lower case is a plain i

    // One entry for each combining mark: pairs of base letter and composed letter, upper case. The letters of ICAO Doc 9303-3
    // §6 A and Romanian's comma below. Lower case follows by case mapping.
    static readonly (char Mark, string Pairs)[] Compositions =
    [
        ('\u0300', "AÀEÈIÌOÒUÙ"), // grave
        ('\u0301', "AÁCĆEÉIÍLĹNŃOÓRŔSŚUÚYÝZŹ"), // acute
        ('\u0302', "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶ"), // circumflex
        ('\u0303', "AÃIĨNÑOÕUŨ"), // tilde
        ('\u0304', "AĀEĒIĪOŌUŪ"), // macron
        ('\u0306', "AĂEĔGĞIĬOŎUŬ"), // breve
        ('\u0307', "CĊEĖGĠIİZŻ"), // dot above
        ('\u0308', "AÄEËIÏOÖUÜYŸ"), // diaeresis
        ('\u030A', "AÅUŮ"), // ring
        ('\u030B', "OŐUŰ"), // double acute
        ('\u030C', "CČDĎEĚLĽNŇRŘSŠTŤZŽ"), // caron
        ('\u0326', "SȘTȚ"), // comma below
        ('\u0327', "CÇGĢKĶLĻNŅRŖSŞTŢ"), // cedilla
        ('\u0328', "AĄEĘIĮUŲ"), // ogonek
    ];

    // ICAO Doc 9303-3 §6 A (2021), first recommendation, where it is more than the base letter or there is none.
    static readonly string[] Substitutes =
    [
        "ÄAE", "ÅAA", "ÆAE", "ÐD", "ÖOE", "ØOE", "ÜUE", "ÞTH", "ĐD", "ĦH", "ĲIJ", "ĿL", "ŁL", "ŊN", "ŒOE", "ŦT", "ẞSS",
    ];

    static readonly FrozenDictionary<(char Base, char Mark), char> Composed = Pairs()
        .Concat(Pairs().Where(p => p.Letter != DottedI).Select(ToLower))
        .ToFrozenDictionary(p => (p.Base, p.Mark), p => p.Letter);

    static readonly FrozenDictionary<char, string> Folded = BuildFolded();

    /// <summary>Puts letters and combining marks that follow them together where a composed letter exists. Loses nothing.</summary>
    public static string Compose(string text)
    {
        var mark = text.AsSpan().IndexOfAnyInRange('\u0300', '\u036F');
        if (mark < 0)
            return text;
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (result.Length > 0 && Composed.TryGetValue((result[^1], c), out var letter))
                result[^1] = letter;
            else
                result.Append(c);
        }

        return result.ToString();
    }

    /// <summary>What stands in for a letter by ICAO Doc 9303-3 §6 A, or null.</summary>
    /// <param name="letter">The letter.</param>
    /// <param name="inLowerCase">True when a lower-case letter follows, so that Österreich becomes Oesterreich, not OEsterreich.</param>
    public static string? Fold(char letter, bool inLowerCase)
    {
        if (!Folded.TryGetValue(letter, out var folded))
            return null;
        return inLowerCase && folded.Length > 1 && char.IsUpper(letter) ? $"{folded[0]}{folded[1..].ToLowerInvariant()}" : folded;
    }

    static IEnumerable<(char Base, char Mark, char Letter)> Pairs() =>
        Compositions.SelectMany(c => c.Pairs.Chunk(2).Select(pair => (pair[0], c.Mark, pair[1])));

    static (char Base, char Mark, char Letter) ToLower((char Base, char Mark, char Letter) p) => (Lower(p.Base), p.Mark, Lower(p.Letter));

    static FrozenDictionary<char, string> BuildFolded()
    {
        var folded = Pairs().ToDictionary(p => p.Letter, p => p.Base.ToString());
        foreach (var entry in Substitutes)
            folded[entry[0]] = entry[1..];
        foreach (var (letter, substitute) in folded.Where(f => f.Key != DottedI).ToArray())
            folded[Lower(letter)] = substitute.ToLowerInvariant();
        folded['ı'] = "i";
        return folded.ToFrozenDictionary();
    }

    static char Lower(char c) => char.ToLowerInvariant(c);
}
