using System.Runtime.CompilerServices;
using PersoMesh.SmartCard;

namespace PersoMesh.Emv;

/// <summary>
/// Reads personalization records one after the other from a file of any size; holds one record at a time.
/// </summary>
/// <param name="stream">The file; not disposed.</param>
/// <param name="format">The frame of the records.</param>
/// <remarks>Not thread-safe.</remarks>
public sealed class PersonalizationRecordReader(Stream stream, PersonalizationRecordFormat format)
{
    const int FirstPart = 4096;

    long _position;

    /// <summary>How many records were read.</summary>
    public long RecordNumber { get; private set; }

    /// <summary>Reads the next record.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The record in a buffer of its own; null at the end of the file.</returns>
    /// <exception cref="CardDataException">
    /// The record is malformed or cut off. The structure names the record and where in the file it begins; the offset counts from the first
    /// module. Nothing after it can be read.
    /// </exception>
    public async ValueTask<PersonalizationRecord?> ReadAsync(CancellationToken cancellationToken = default)
    {
        var structure = $"personalization record {RecordNumber + 1} at byte {_position} of the file";
        var header = new byte[format.LengthSize];
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read == 0)
            return null;
        if (read < header.Length)
            throw new CardDataException(structure, 0, "cut off within the length of the record");
        if (!format.TryReadLength(header, out var length))
            throw new CardDataException(structure, 0, "the length of the record is not a number");
        if (length > format.MaxRecordLength)
            throw new CardDataException(
                structure, 0, $"the length of the record is above the {format.MaxRecordLength} bytes that are allowed");

        var data = await ReadDataAsync((int)length, cancellationToken).ConfigureAwait(false)
            ?? throw new CardDataException(structure, 0, "the file ends before the record does");
        var record = format.Parse(structure, data);
        RecordNumber++;
        _position += header.Length + data.Length;
        return record;
    }

    // A damaged length must not cost more memory than the file has bytes: the buffer grows with what is there.
    async ValueTask<byte[]?> ReadDataAsync(int length, CancellationToken cancellationToken)
    {
        var data = new byte[Math.Min(length, FirstPart)];
        for (var filled = 0; ;)
        {
            var rest = data.AsMemory(filled);
            filled += await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (filled < data.Length)
                return null;
            if (filled == length)
                return data;
            Array.Resize(ref data, (int)Math.Min(length, 2L * data.Length));
        }
    }

    /// <summary>Reads all records up to the end of the file.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CardDataException">A record is malformed or cut off; see <see cref="ReadAsync"/>.</exception>
    public async IAsyncEnumerable<PersonalizationRecord> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } record)
            yield return record;
    }
}
