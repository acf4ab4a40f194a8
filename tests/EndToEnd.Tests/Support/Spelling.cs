using System.Text;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>How the letters of the holders' names are written where there are only A to Z (ICAO Doc 9303-3 §6 A).</summary>
static class Spelling
{
    static readonly Dictionary<char, string> Substitutes = new()
    {
        ['À'] = "A",
        ['Á'] = "A",
        ['Ã'] = "A",
        ['Ä'] = "AE",
        ['Å'] = "AA",
        ['Ç'] = "C",
        ['È'] = "E",
        ['É'] = "E",
        ['Ë'] = "E",
        ['Í'] = "I",
        ['Ñ'] = "N",
        ['Ó'] = "O",
        ['Ô'] = "O",
        ['Ö'] = "OE",
        ['Ø'] = "OE",
        ['Ú'] = "U",
        ['Ü'] = "UE",
        ['ß'] = "SS",
    };

    /// <summary>Capital letters A to Z; other characters stay.</summary>
    public static string Ascii(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name.ToUpperInvariant())
            text.Append(Substitutes.GetValueOrDefault(letter, letter.ToString()));
        var ascii = text.ToString();
        Assert.True(ascii.All(char.IsAscii), "a holder has a letter that Spelling lacks");
        return ascii;
    }
}
