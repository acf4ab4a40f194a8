using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace PersoMesh.Ingest.Formats;

/// <summary>
/// Reads JSON lines. A member of an inner object becomes a field <c>outer.inner</c>; numbers keep the digits they are written
/// with; <c>true</c> and <c>false</c> become those words; a <c>null</c> is a field that is not there. Arrays are refused.
/// </summary>
static class JsonLineRecords
{
    const int MaxDepth = 8;

    public static async IAsyncEnumerable<ReadRecord> ReadAsync(BoundedLineReader lines, InputEncoding encoding,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        while (await lines.ReadAsync(cancellationToken))
        {
            if (!lines.IsTooLong && lines.Line.Span.Trim(" \t"u8).IsEmpty)
                continue;
            number++;
            RecordFault? fault = null;
            var fields = lines.IsTooLong ? null : Parse(lines.Line.Span, encoding, out fault);
            if (lines.IsTooLong)
                fault = new(Field: null, $"longer than {lines.MaxBytes} bytes");
            yield return new(number, lines.LineNumber, fields, fault);
        }
    }

    static Dictionary<string, string>? Parse(ReadOnlySpan<byte> line, InputEncoding encoding, out RecordFault? fault)
    {
        // JSON itself is UTF-8 (RFC 8259 §8.1); an issuer's other encoding is brought to it first.
        if (!encoding.TryDecode(line, out var text))
        {
            fault = new(Field: null, encoding.Refusal);
            return null;
        }

        var json = encoding.IsUtf8 ? line : Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            reader.Read();
            fault = reader.TokenType == JsonTokenType.StartObject
                ? ReadObject(ref reader, "", fields, new(StringComparer.Ordinal))
                : new(Field: null, "not a JSON object");
            // Finds what follows the object.
            while (fault is null && reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            // The exception's own message quotes the line.
            fault = new(Field: null, $"not valid JSON, or deeper than {MaxDepth} objects, at byte {e.BytePositionInLine + 1} of the line");
        }
        catch (InvalidOperationException)
        {
            fault = new(Field: null, "a \\u escape that is half of a surrogate pair");
        }

        return fault is null ? fields : null;
    }

    static RecordFault? ReadObject(ref Utf8JsonReader reader, string prefix, Dictionary<string, string> fields, HashSet<string> names)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = prefix + reader.GetString();
            if (!names.Add(name))
                return new(FieldLabel.Of(name), "the name comes twice");
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    if (ReadObject(ref reader, $"{name}.", fields, names) is { } fault)
                        return fault;
                    break;
                case JsonTokenType.StartArray:
                    return new(FieldLabel.Of(name), "an array cannot be a field");
                case JsonTokenType.Null:
                    break;
                case JsonTokenType.String:
                    fields.Add(name, reader.GetString()!);
                    break;
                default:
                    fields.Add(name, Encoding.UTF8.GetString(reader.ValueSpan));
                    break;
            }
        }

        return null;
    }
}
