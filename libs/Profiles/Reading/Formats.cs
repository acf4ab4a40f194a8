using System.Text;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads what input formats have in common: separators and encodings.</summary>
static class Formats
{
    /// <summary>A CSV format from the keys <c>delimiter</c> and <c>encoding</c>, both optional.</summary>
    public static CsvFormat Csv(Section section, FaultList faults) => new(
        section.Optional("delimiter") is null ? ',' : Separator(section, "delimiter", faults), Encoding(section, faults));

    /// <summary>One sign between two values; a comma after a fault.</summary>
    public static char Separator(Section section, string key, FaultList faults)
    {
        if (section.Required(key) is not { } node || Scalars.Text(node, $"'{key}'", faults) is not { Text: var text })
            return ',';
        if (text is [var c] && c is not ('"' or '\r' or '\n') && !char.IsAsciiLetterOrDigit(c) && !char.IsSurrogate(c))
            return c;
        faults.Add(node, $"'{key}' is not one character that can separate values", "write a sign such as \",\", \";\", \"|\" or \"\\t\"");
        return ',';
    }

    /// <summary>The key <c>encoding</c>; UTF-8 when there is none.</summary>
    public static Encoding Encoding(Section section, FaultList faults) =>
        section.Optional("encoding") is { } node ? Charsets.Read(node, "'encoding'", faults) : Charsets.Utf8;
}
