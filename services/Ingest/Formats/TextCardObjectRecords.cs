using System.Runtime.CompilerServices;
using System.Text;

namespace PersoMesh.Ingest.Formats;

/// <summary>
/// Reads text card objects: lines KEY=value. A record ends at an empty line, at the end of the file, and before a key that it
/// already has. A bad line makes its whole record bad, so that no card gets what is left of one.
/// </summary>
/// <remarks>
/// Without empty lines between records a bad line that should have begun a record is counted to the one before it, and both
/// are lost: the one is bad, the other misses a field. That is preferred to guessing whose line it was.
/// </remarks>
sealed class TextCardObjectRecords(InputFormat format, InputEncoding encoding)
{
    readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    RecordFault? _fault;
    long _number;
    long _firstLine;
    long _length;

    public async IAsyncEnumerable<ReadRecord> ReadAsync(BoundedLineReader lines,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await lines.ReadAsync(cancellationToken))
        {
            if (!lines.IsTooLong && lines.Line.Span.Trim(" \t"u8).IsEmpty)
            {
                if (_firstLine > 0)
                    yield return Finish();
                continue;
            }

            var (key, valueAt) = FindKey(lines.Line.Span);
            if (key is not null && _keys.Contains(key))
                yield return Finish();
            Take(lines, key, valueAt);
        }

        if (_firstLine > 0)
            yield return Finish();
    }

    ReadRecord Finish()
    {
        var record = new ReadRecord(++_number, _firstLine, _fault is null ? _fields : null, _fault);
        _fields = new(StringComparer.Ordinal);
        _keys.Clear();
        (_fault, _firstLine, _length) = (null, 0, 0);
        return record;
    }

    /// <summary>The key of a line, when it is one that the format knows, and where its value begins.</summary>
    (string? Key, int ValueAt) FindKey(ReadOnlySpan<byte> line)
    {
        var equals = line[..Math.Min(line.Length, TextLine.MaxKeyLength + 1)].IndexOf((byte)'=');
        if (equals < 0)
            return (null, 0);
        var key = Encoding.Latin1.GetString(line[..equals]);
        return format.TextLines.ContainsKey(key) ? (key, equals + 1) : (null, 0);
    }

    void Take(BoundedLineReader lines, string? key, int valueAt)
    {
        var line = key is null ? null : format.TextLines[key];
        if (line is { Ignore: true })
            return;
        if (_firstLine == 0)
            _firstLine = lines.LineNumber;
        if (key is not null)
            _keys.Add(key);
        _length += lines.Line.Length;
        // The first fault is the one to report.
        _fault ??= Check(lines, key, line, valueAt);
    }

    RecordFault? Check(BoundedLineReader lines, string? key, TextLine? line, int valueAt)
    {
        if (lines.IsTooLong || _length > format.MaxRecordBytes)
            return new(key, $"line {lines.LineNumber} makes the record longer than {format.MaxRecordBytes} bytes");
        if (line is null)
            return new(Field: null, $"line {lines.LineNumber} does not begin with a known key and an equals sign");
        if (!encoding.TryDecode(lines.Line.Span[valueAt..], out var value))
            return new(key, $"line {lines.LineNumber}: {encoding.Refusal}");

        var parts = line.Separator.Length == 0 ? [value] : value.Split(line.Separator);
        if (parts.Length != line.FieldNames.Count)
            return new(key, $"line {lines.LineNumber} has {parts.Length} parts instead of {line.FieldNames.Count}");
        for (var i = 0; i < parts.Length; i++)
            _fields.Add(line.FieldNames[i], parts[i]);
        return null;
    }
}
