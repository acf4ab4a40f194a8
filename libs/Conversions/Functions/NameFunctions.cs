using System.Text;
using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>Whether a name can be written in the card's character set, and what to write if not.</summary>
static class NameFunctions
{
    static readonly Charset Ascii = Charset.Parse("ascii").Value;
    static readonly Parameter<Charset> Set = new("charset", "iso-8859-1 to -9, -13, -15, ascii or utf-8", "iso-8859-1", Charset.Parse);
    static readonly Parameter<bool> FoldFlag = Flag(
        "fold", "true: replace letters that have no place by those of ICAO Doc 9303-3 §6 A", "false");

    public static ConversionFunction[] All =>
    [
        new("transliterate-check", "Refuses text with a character that the card's character set lacks, or folds it if asked to.",
            [Set, FoldFlag],
            [
                Example("MÜLLER/JOSÉ", "MÜLLER/JOSÉ"),
                Example("ŁUKASZ/JOSÉ", "LUKASZ/JOSÉ", ("fold", "true")),
                Example("Łukasz", null),
                Example("Иванов", null, ("charset", "iso-8859-1"), ("fold", "true")),
                Example("Иванов", "Иванов", ("charset", "iso-8859-5")),
            ],
            (value, a) => Write(value, a.Get(Set), a.Get(FoldFlag), a)),
        new("ascii-fold", "Replaces Latin letters with diacritics by those of ICAO Doc 9303-3 §6 A; refuses what is then not ASCII.", [],
            [Example("Øystein Müller-Großmann", "Oeystein Mueller-Grossmann"), Example("ÅSA", "AASA"), Example("Αθηνά", null)],
            (value, a) => Write(value, Ascii, fold: true, a)),
        new("ascii", "Refuses text that is not printable ASCII.", [], [Example("Jane Doe", "Jane Doe"), Example("José", null)],
            (value, a) => Write(value, Ascii, fold: false, a)),
    ];

    // ISO/IEC 8859 and ASCII as a card prints them have graphic characters only: a control character in a name is a damaged name.
    static string Write(string value, Charset charset, bool fold, Arguments a)
    {
        var text = LatinLetters.Compose(value);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                throw a.Refuse($"U+{(int)text[i]:X4} at position {i + 1} is a control character");
        }

        // Checked before folding, which moves positions. What letters fold to is ASCII and so part of every charset.
        if (charset.FaultOf(text, c => fold && LatinLetters.Fold(c, inLowerCase: false) is not null) is { } fault)
            throw a.Refuse(fault);
        return fold ? Fold(text, charset) : text;
    }

    static string Fold(string text, Charset charset)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var inLowerCase = i + 1 < text.Length && char.IsLower(text[i + 1]);
            if (charset.Has(text[i]) || LatinLetters.Fold(text[i], inLowerCase) is not { } folded)
                result.Append(text[i]);
            else
                result.Append(folded);
        }

        return result.ToString();
    }
}
