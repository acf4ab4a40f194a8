using System.Text;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card;

/// <summary>Bytes as an engineer pastes them: hexadecimal digits, with blanks, line ends, colons or hyphens between them.</summary>
static class HexInput
{
    /// <summary>Reads bytes from an argument, or from standard input when it is <c>-</c>.</summary>
    /// <param name="text">The digits; a leading 0x is taken.</param>
    /// <param name="name">What to call them in an error.</param>
    /// <exception cref="UserErrorException">Not hexadecimal. Names the place, never the digits: they may be a key.</exception>
    public static byte[] Read(string text, string name) => Parse(text == "-" ? Console.In.ReadToEnd() : text, name);

    /// <summary>Reads several of them.</summary>
    public static byte[][] ReadAll(IEnumerable<string>? texts, string name) =>
        [.. (texts ?? []).Select((text, i) => Read(text, $"{name} {i + 1}"))];

    /// <summary>As <see cref="Read"/>, but never from standard input.</summary>
    public static byte[] Parse(string text, string name)
    {
        var digits = new StringBuilder(text.Length);
        var start = text.TrimStart().StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.IndexOf('x', StringComparison.OrdinalIgnoreCase) + 1 : 0;
        for (var i = start; i < text.Length; i++)
        {
            if (char.IsAsciiHexDigit(text[i]))
                digits.Append(text[i]);
            else if (!char.IsWhiteSpace(text[i]) && text[i] is not (':' or '-'))
                throw new UserErrorException($"{name}: character {i + 1} is no hexadecimal digit.");
        }

        if (digits.Length == 0)
            throw new UserErrorException($"{name}: no hexadecimal digits.");
        return digits.Length % 2 == 0
            ? Convert.FromHexString(digits.ToString())
            : throw new UserErrorException($"{name}: an odd number of hexadecimal digits ({digits.Length}); a byte has two.");
    }

    /// <summary>Reads one byte, as a security level or a parameter is given.</summary>
    public static byte ReadByte(string text, string name) => Parse(text, name) is [var value]
        ? value
        : throw new UserErrorException($"{name}: one byte, two hexadecimal digits.");
}
