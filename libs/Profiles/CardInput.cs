using System.Text;

namespace PersoMesh.Profiles;

/// <summary>What the issuer sends for one card.</summary>
/// <param name="Identifier">The input that is the unique card object identifier; always required.</param>
/// <param name="Fields">All inputs, in the order of the file. A record with any other is refused.</param>
/// <param name="Ignored">Inputs that are accepted and not used.</param>
/// <param name="Csv">Null when this format is not taken.</param>
/// <param name="JsonLines">True when JSON Lines (one object per line, UTF-8, all values strings) is taken.</param>
/// <param name="Text">Null when this format is not taken.</param>
public sealed record CardInput(
    string Identifier, IReadOnlyList<InputField> Fields, IReadOnlyList<string> Ignored, CsvFormat? Csv, bool JsonLines, TextFormat? Text)
{
    /// <summary>Files from which issuer preparation takes further inputs.</summary>
    public IReadOnlyList<DataSource> Sources { get; init; } = [];
}

/// <summary>
/// A file of the issuer's, beside the card objects, with one line for each of them: CSV whose header line names <paramref name="Key"/> and
/// the fields.
/// </summary>
/// <param name="Name">Kebab-case; preparation is told the file by it.</param>
/// <param name="Key">The input of the card object by which its line is found, and the column that holds it.</param>
/// <param name="Format">How the file is written.</param>
/// <param name="Fields">The other columns; each becomes an input.</param>
public sealed record DataSource(string Name, string Key, CsvFormat Format, IReadOnlyList<InputField> Fields);

/// <summary>One input.</summary>
/// <param name="Name">The name in the issuer's data.</param>
/// <param name="IsRequired">True when a record without it, or with an empty value, is refused.</param>
/// <param name="Default">The value when it is left out; empty unless the profile says otherwise.</param>
/// <param name="MaxLength">In characters; null = no limit of its own.</param>
/// <param name="IsSecret">True when the value must be sealed wherever it is stored and may not be shown.</param>
public sealed record InputField(string Name, bool IsRequired, string Default, int? MaxLength, bool IsSecret);

/// <summary>Comma-separated values (RFC 4180) with a header line of input names.</summary>
/// <param name="Delimiter">Between two values.</param>
/// <param name="Encoding">Throws on bytes that are not of the encoding.</param>
public sealed record CsvFormat(char Delimiter, Encoding Encoding);

/// <summary>The card object of a multistation server: lines <c>KEY=value</c>, the values of a line divided by its separator.</summary>
/// <param name="Encoding">Throws on bytes that are not of the encoding.</param>
/// <param name="Lines">The lines that one card may have; any other is refused.</param>
public sealed record TextFormat(Encoding Encoding, IReadOnlyList<TextLine> Lines);

/// <summary>One kind of line.</summary>
/// <param name="Key">Before the equals sign, such as EMB, ENC, PIC, SCRD.</param>
/// <param name="Fields">The inputs that the line's values are, in their order; empty when the line is ignored.</param>
/// <param name="Separator">Between two values; null when the line has one value, which may then hold any character.</param>
public sealed record TextLine(string Key, IReadOnlyList<string> Fields, char? Separator)
{
    /// <summary>True when the line is accepted and dropped.</summary>
    public bool IsIgnored => Fields.Count == 0;
}
