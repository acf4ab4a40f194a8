using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>Fills templates; on failure says where and why, never with what.</summary>
static class Rendering
{
    public static string Text(Template template, string where, IReadOnlyDictionary<string, string> fields) => template.Render(
        name => fields.TryGetValue(name, out var value) ? value : throw new RenderException(where, $"field '{name}' has no value."));

    /// <summary>A template that must give a number of decimal digits.</summary>
    public static string Digits(
        Template template, string where, string what, int min, int max, IReadOnlyDictionary<string, string> fields)
    {
        var text = Text(template, where, fields);
        if (text.Length < min || text.Length > max || !text.All(char.IsAsciiDigit))
            throw new RenderException(where, $"{what} is not {(min == max ? $"{min}" : $"{min} to {max}")} decimal digits.");
        return text;
    }

    public static byte[] Hex(
        Template template, string where, bool padsRightWithF, LengthRange? length, IReadOnlyDictionary<string, string> fields)
    {
        var digits = Text(template, where, fields);
        for (var i = 0; i < digits.Length; i++)
        {
            if (!char.IsAsciiHexDigit(digits[i]))
                throw new RenderException(where, $"character {i + 1} of {digits.Length} is not a hex digit.");
        }

        if (digits.Length % 2 != 0)
        {
            if (!padsRightWithF)
                throw new RenderException(where, $"{digits.Length} hex digits are not whole bytes, and the profile does not say 'pad: F'.");
            digits += "F";
        }

        length?.Check(digits.Length / 2, where);
        return Convert.FromHexString(digits);
    }
}
