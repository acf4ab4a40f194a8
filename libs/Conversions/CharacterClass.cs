namespace PersoMesh.Conversions;

/// <summary>Says what kind of character stands where, without saying which one.</summary>
static class CharacterClass
{
    public static string Of(char c) => c switch
    {
        >= '0' and <= '9' => "a digit",
        >= 'A' and <= 'Z' => "an upper-case letter",
        >= 'a' and <= 'z' => "a lower-case letter",
        ' ' => "a space",
        _ when char.IsControl(c) => "a control character",
        < '\x7F' => "punctuation",
        _ when char.IsLetter(c) => "a letter outside ASCII",
        _ => "a character outside ASCII",
    };

    /// <summary>What is wrong with text that must be digits, at least one; null when nothing is.</summary>
    public static string? FaultOfDigits(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "it is empty, where digits are needed";
        var i = text.IndexOfAnyExceptInRange('0', '9');
        return i < 0 ? null : $"character {i + 1} is {Of(text[i])}, not a digit";
    }

    /// <summary>What is wrong with text that must be pairs of hexadecimal digits; null when nothing is.</summary>
    public static string? FaultOfHex(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiHexDigit(text[i]))
                return $"character {i + 1} is {Of(text[i])}, not a hexadecimal digit";
        }

        return text.Length % 2 == 0 ? null : $"{text.Length} hexadecimal digits are not whole bytes";
    }
}
