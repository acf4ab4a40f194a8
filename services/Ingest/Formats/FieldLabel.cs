namespace PersoMesh.Ingest.Formats;

/// <summary>
/// Decides whether a field name that comes out of the file may be repeated in a fault. In a file without a header, or with
/// keys and values confused, what stands in the name's place is cardholder data.
/// </summary>
static class FieldLabel
{
    const int MaxLength = 40;
    const int MaxDigits = 3;

    /// <summary>The name, or null when it does not look like one.</summary>
    public static string? Of(string name)
    {
        var looksLikeName = name.Length is > 0 and <= MaxLength && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && name.Count(char.IsAsciiDigit) <= MaxDigits;
        return looksLikeName ? name : null;
    }

    /// <summary>The name, or the column's number when the name does not look like one.</summary>
    public static string Of(string name, int column) => Of(name) ?? $"column {column + 1}";
}
