using System.Runtime.CompilerServices;

namespace PersoMesh.Ingest.Formats;

/// <summary>
/// Reads an issuer's file record by record in constant memory, whatever its size. A bad record is reported and reading goes
/// on with the next one.
/// </summary>
public static class RecordReader
{
    /// <summary>Reads all records.</summary>
    /// <param name="input">The file, from its current position. Stays open; must not be used by others meanwhile.</param>
    /// <param name="format">How to read it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">
    /// The format itself is wrong (<see cref="InputFormat.Validate"/>); thrown at once, not on the first record.
    /// </exception>
    /// <exception cref="IOException">From the stream, while reading.</exception>
    public static IAsyncEnumerable<ReadRecord> ReadAsync(Stream input, InputFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(format);
        if (format.Validate() is [_, ..] faults)
            throw new ArgumentException(string.Join(' ', faults), nameof(format));
        return ReadRecordsAsync(input, format, cancellationToken);
    }

    static async IAsyncEnumerable<ReadRecord> ReadRecordsAsync(Stream input, InputFormat format,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var encoding = InputEncoding.Get(format.Encoding);
        using var window = new InputWindow(input, format.MaxRecordBytes);
        if (await window.SkipByteOrderMarkAsync(cancellationToken) && !encoding.IsUtf8)
        {
            const string Reason = "the file begins with a UTF-8 byte order mark, but is declared to be in another encoding";
            yield return new(0, 1, Fields: null, new(Field: null, Reason));
            yield break;
        }

        var records = format.Kind switch
        {
            InputKind.Csv => new CsvRecords(window, format, encoding).ReadAsync(cancellationToken),
            InputKind.JsonLines => JsonLineRecords.ReadAsync(new(window, format.MaxRecordBytes), encoding, cancellationToken),
            _ => new TextCardObjectRecords(format, encoding).ReadAsync(new(window, format.MaxRecordBytes), cancellationToken),
        };
        await foreach (var record in records)
            yield return record;
    }
}
