using System.Text.RegularExpressions;
using PersoMesh.Conversions;

namespace PersoMesh.Profiles.Reading;

/// <summary>Texts, names and hex digits.</summary>
static partial class Scalars
{
    /// <summary>A text; anything else, or nothing, is a fault.</summary>
    public static ScalarNode? Text(Node node, string subject, FaultList faults)
    {
        switch (node)
        {
            case ScalarNode { IsEmpty: false } scalar:
                return scalar;
            case ScalarNode:
                faults.Add(node, $"{subject} has no value", "write one; an empty text is \"\"");
                break;
            case MappingNode { LooksLikeTemplate: true }:
                faults.Add(node, $"{subject} is not a text", "a text that begins with '{' needs quotes");
                break;
            default:
                faults.Add(node, $"{subject} is a {(node is MappingNode ? "mapping" : "list")}", "write a text");
                break;
        }

        return null;
    }

    /// <summary>Bytes written as hex digits; none after a fault.</summary>
    public static byte[] Hex(Node node, string subject, int min, int max, FaultList faults)
    {
        if (Text(node, subject, faults) is not { Text: var text })
            return [];
        if (text.Length >= 2 * min && text.Length <= 2 * max && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit))
            return Convert.FromHexString(text);
        var digits = min == max ? $"{2 * min}" : $"{2 * min} to {2 * max}";
        faults.Add(node, $"{subject} is '{text}'", $"write {digits} hex digits ({(min == max ? Bytes(min) : $"{min} to {max} bytes")})");
        return [];
    }

    static string Bytes(int count) => count == 1 ? "1 byte" : $"{count} bytes";

    /// <summary>Name of a profile, pool, application or design.</summary>
    public static string KebabName(Node? node, string subject, FaultList faults) =>
        Matching(node, subject, KebabCase(), "write small letters, digits and hyphens, at most 64, a letter first", faults);

    /// <summary>Name of an input or field.</summary>
    public static string FieldName(ScalarNode node, string subject, FaultList faults)
    {
        if (!Template.IsName(node.Text))
            faults.Add(node, $"{subject} is '{node.Text}'", "write a letter, then letters, digits, '_', '-' and '.'");
        return node.Text;
    }

    /// <summary>Label of a key in the security module.</summary>
    public static string KeyLabel(Node? node, string subject, FaultList faults) =>
        Matching(node, subject, Label(), "write the key's label in the security module: letters, digits, '-', '_', '.', at most 64",
            faults);

    /// <summary>Key of a line in the text format.</summary>
    public static string LineKey(Node? node, string subject, FaultList faults) =>
        Matching(node, subject, UpperCase(), "write capital letters and digits, at most 16, a letter first", faults);

    static string Matching(Node? node, string subject, Regex form, string remedy, FaultList faults)
    {
        if (node is null || Text(node, subject, faults) is not { Text: var text })
            return "";
        if (!form.IsMatch(text))
            faults.Add(node, $"{subject} is '{text}'", remedy);
        return text;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,63}\z", RegexOptions.None, 1000)]
    private static partial Regex KebabCase();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.None, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[A-Z][A-Z0-9]{0,15}\z", RegexOptions.None, 1000)]
    private static partial Regex UpperCase();
}
