namespace PersoMesh.PreparedJobs;

/// <summary>Writes a prepared file record by record; the header's count is filled in at the end.</summary>
/// <remarks>Not thread-safe. A file without <see cref="Complete"/> has no trailer and is refused by every reader.</remarks>
public sealed class PreparedFileWriter
{
    readonly Stream _output;
    readonly PreparedHeader _header;
    readonly long _start;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Seekable; stays the caller's.</param>
    /// <param name="header">The header; its number of records, and those of its applications, are not used.</param>
    public PreparedFileWriter(Stream output, PreparedHeader header)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(header);
        (_output, _header, _start) = (output, header, output.Position);
        _output.Write(PreparedFrame.WriteHeader(header));
    }

    /// <summary>Number of records written.</summary>
    public long Count { get; private set; }

    /// <summary>Writes the next record.</summary>
    /// <param name="number">Must be one more than the last.</param>
    /// <param name="record">What <see cref="PreparedRecord.Encode"/> returned for this number.</param>
    public void Write(long number, ReadOnlySpan<byte> record)
    {
        if (number != Count + 1)
            throw new ArgumentException($"Record {Count + 1} is next, not {number}.", nameof(number));
        _output.Write(PreparedFrame.WriteRecord(number, record));
        Count++;
    }

    /// <summary>Writes counts, trailer and MAC.</summary>
    /// <param name="keys">The keys of the header's sealing key encryption key.</param>
    /// <param name="recordsWith">For each application of the header the number of records that have it.</param>
    /// <returns>The header as it stands in the file.</returns>
    public PreparedHeader Complete(TransportKeys keys, IReadOnlyList<long> recordsWith)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(recordsWith);
        var header = _header with
        {
            Count = Count,
            Applications = [.. _header.Applications.Select((application, place) => application with { Records = recordsWith[place] })],
        };
        _output.Write(PreparedFrame.WriteTrailer(Count, keys.FileMac(header.Encode(), Count)));
        var end = _output.Position;
        _output.Position = _start;
        _output.Write(PreparedFrame.WriteHeader(header));
        _output.Position = end;
        _output.Flush();
        return header;
    }
}
