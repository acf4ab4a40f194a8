namespace PersoMesh.PinMailers;

/// <summary>WinAnsiEncoding (ISO 32000-1 Annex D.2), the Latin character set that every PDF reader has fonts for.</summary>
static class WinAnsi
{
    // Codes 80 to 9F; the rest is ISO 8859-1. NUL: no character.
    const string From80To9F =
        "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

    /// <summary>The code of a character, or -1 when there is none.</summary>
    public static int Encode(char character)
    {
        if (character is (>= ' ' and <= '~') or (>= '\u00A0' and <= '\u00FF'))
            return character;
        var index = character == '\0' ? -1 : From80To9F.IndexOf(character, StringComparison.Ordinal);
        return index < 0 ? -1 : 0x80 + index;
    }

    /// <exception cref="PinMailerException">A character has no code.</exception>
    public static void Check(string text, string place)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Encode(text[i]) < 0)
            {
                throw new PinMailerException(
                    $"{place}, character {i + 1} (U+{(int)text[i]:X4}) cannot be printed; transliterate it in the profile.");
            }
        }
    }
}
