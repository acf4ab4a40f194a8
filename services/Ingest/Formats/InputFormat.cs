namespace PersoMesh.Ingest.Formats;

/// <summary>The kinds of issuer file.</summary>
public enum InputKind
{
    /// <summary>RFC 4180: a header line names the fields, one record follows another.</summary>
    Csv,

    /// <summary>One JSON object per line.</summary>
    JsonLines,

    /// <summary>The text card object of WO 99/59109: lines KEY=value, several to a record.</summary>
    TextCardObject,
}

/// <summary>How an issuer's file is to be read.</summary>
/// <param name="Kind">Which reader.</param>
public sealed record InputFormat(InputKind Kind)
{
    /// <summary>The largest <see cref="MaxRecordBytes"/> that may be asked for: a record has to fit in memory.</summary>
    public const int RecordBytesCeiling = 16 * 1024 * 1024;

    /// <summary>Between two fields of CSV: one ASCII character, neither a quote nor a line break. Default: a comma.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary><c>utf-8</c>, or <c>iso-8859-1</c> to <c>iso-8859-15</c> (there is no 12). Default: <c>utf-8</c>.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>A longer record is refused without being held in memory. Line ends do not count. Default: 64 KiB.</summary>
    public int MaxRecordBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Whether a quoted field of CSV may contain line breaks. Default: true. An issuer who never needs that does better with
    /// false: then a quote that is never closed spoils its own line only.
    /// </summary>
    public bool LineBreaksInQuotes { get; init; } = true;

    /// <summary>What each key of a text card object holds. A key that is not here makes its record bad.</summary>
    public IReadOnlyDictionary<string, TextLine> TextLines { get; init; } = new Dictionary<string, TextLine>(StringComparer.Ordinal);

    /// <summary>What is wrong with this format itself; empty when it can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        if (!InputEncoding.TryGet(Encoding, out _))
            faults.Add("The encoding is neither utf-8 nor one of iso-8859-1 to iso-8859-15.");
        if (MaxRecordBytes is < 1 or > RecordBytesCeiling)
            faults.Add($"The record limit is not between 1 and {RecordBytesCeiling} bytes.");
        if (Kind == InputKind.Csv && (!char.IsAscii(Delimiter) || Delimiter is '"' or '\r' or '\n' or '\0'))
            faults.Add("The delimiter is not an ASCII character, or is a quote or a line break.");
        if (Kind == InputKind.TextCardObject)
            faults.AddRange(ValidateTextLines());
        return faults;
    }

    IEnumerable<string> ValidateTextLines()
    {
        if (TextLines.Count == 0)
            yield return "No keys of the text card object are named.";
        var fields = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, line) in TextLines)
        {
            if (key.Length is 0 or > TextLine.MaxKeyLength || !key.All(char.IsAsciiLetterOrDigit))
                yield return $"The key {key} is not 1 to {TextLine.MaxKeyLength} ASCII letters and digits.";
            if (line.Ignore)
                continue;
            if (line.FieldNames.Count == 0)
                yield return $"The key {key} names no field.";
            if (line.FieldNames.Count > 1 && line.Separator.Length == 0)
                yield return $"The key {key} names several fields but no separator.";
            foreach (var name in line.FieldNames)
            {
                if (!fields.Add(name))
                    yield return $"The field {name} is named twice.";
            }
        }
    }
}

/// <summary>What a line of a text card object holds.</summary>
/// <param name="FieldNames">The fields in the order of the line.</param>
/// <param name="Separator">Between two of them. Default: none, the whole value is one field.</param>
/// <param name="Ignore">The line is read over; its key may come more than once in a record. Default: false.</param>
public sealed record TextLine(IReadOnlyList<string> FieldNames, string Separator = "", bool Ignore = false)
{
    /// <summary>No key is longer, so that a key can be recognized at the beginning of a line that is too long to be read.</summary>
    public const int MaxKeyLength = 32;
}
