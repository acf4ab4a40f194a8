using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PersoMesh.PreparedJobs;

/// <summary>One place of a prepared file.</summary>
/// <param name="Place">From 1.</param>
/// <param name="Number">The record's own number; differs from the place when records were swapped, repeated or taken out.</param>
/// <param name="Modules">The record without marker, number and length; null when it cannot be told from what surrounds it.</param>
public sealed record PreparedPlace(long Place, long Number, ReadOnlyMemory<byte>? Modules);

/// <summary>The end of a prepared file.</summary>
/// <param name="Count">Number of records that it says.</param>
/// <param name="Mac">16 bytes.</param>
public sealed record PreparedTrailer(long Count, ReadOnlyMemory<byte> Mac);

/// <summary>Reads a prepared file of any size from its beginning to its end; holds one record at a time.</summary>
/// <param name="input">The file; stays the caller's.</param>
/// <remarks>
/// Not thread-safe. Checks the frame only: MACs are for the security module. A record whose frame is damaged costs that record alone: the
/// next marker is looked for.
/// </remarks>
public sealed class PreparedFileReader(Stream input)
{
    const int MaxRecordLength = 1 << 20;
    const string File = "the file";

    PreparedHeader? _header;
    byte[] _buffer = new byte[64 * 1024];
    int _start;
    int _end;
    bool _isAtEnd;

    /// <summary>The trailer, once all records were read.</summary>
    public PreparedTrailer? Trailer { get; private set; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="PreparedJobException">It is no prepared file.</exception>
    public async ValueTask<PreparedHeader> ReadHeaderAsync(CancellationToken cancellationToken = default)
    {
        const int Head = PreparedFrame.MarkerLength + 4;
        if (!await FillAsync(Head, cancellationToken).ConfigureAwait(false)
            || !Window[..PreparedFrame.MarkerLength].SequenceEqual(PreparedFrame.Header))
            throw new PreparedJobException(File, "it does not begin like a prepared file.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(Window[PreparedFrame.MarkerLength..]);
        if (length > PreparedFrame.MaxHeaderLength || !await FillAsync(Head + (int)length, cancellationToken).ConfigureAwait(false))
            throw new PreparedJobException(File, "its header is cut off, or its length is damaged.");
        var content = Window.Slice(Head, (int)length).ToArray();
        _start += Head + (int)length;
        return _header = PreparedHeader.Decode(content);
    }

    /// <summary>Reads all records, then the trailer, once the header was read.</summary>
    /// <exception cref="PreparedJobException">The file ends without its trailer, or goes on after it.</exception>
    public async IAsyncEnumerable<PreparedPlace> ReadRecordsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var place = 1L; ; place++)
        {
            await FillAsync(PreparedFrame.TrailerLength, cancellationToken).ConfigureAwait(false);
            if (await ReadTrailerAsync(cancellationToken).ConfigureAwait(false))
                yield break;
            if (_start == _end)
                throw new PreparedJobException(File, $"it ends after {place - 1} records without its trailer: it was cut off.");
            if (await ReadRecordAsync(place, cancellationToken).ConfigureAwait(false) is { } record)
            {
                yield return record;
                continue;
            }

            await SkipToMarkerAsync(place, cancellationToken).ConfigureAwait(false);
            yield return new PreparedPlace(place, place, Modules: null);
        }
    }

    ReadOnlySpan<byte> Window => _buffer.AsSpan(_start, _end - _start);

    async ValueTask<bool> ReadTrailerAsync(CancellationToken cancellationToken)
    {
        var window = Window;
        if (window.Length < PreparedFrame.TrailerLength || !window.StartsWith(PreparedFrame.Trailer))
            return false;
        Trailer = new PreparedTrailer(
            BinaryPrimitives.ReadInt64BigEndian(window[PreparedFrame.MarkerLength..]),
            window[(PreparedFrame.MarkerLength + 8)..PreparedFrame.TrailerLength].ToArray());
        _start += PreparedFrame.TrailerLength;
        if (await FillAsync(1, cancellationToken).ConfigureAwait(false))
            throw new PreparedJobException(File, "it goes on after its trailer.");
        return true;
    }

    async ValueTask<PreparedPlace?> ReadRecordAsync(long place, CancellationToken cancellationToken)
    {
        if (Window.Length < PreparedFrame.RecordHeadLength || !Window.StartsWith(PreparedFrame.Record))
            return null;
        var number = BinaryPrimitives.ReadInt64BigEndian(Window[PreparedFrame.MarkerLength..]);
        var length = BinaryPrimitives.ReadUInt32BigEndian(Window[(PreparedFrame.MarkerLength + 8)..]);
        var end = PreparedFrame.RecordHeadLength + (int)Math.Min(length, MaxRecordLength);
        if (length > MaxRecordLength || !await FillAsync(end, cancellationToken).ConfigureAwait(false))
            return null;
        var isFollowed = await FillAsync(end + PreparedFrame.MarkerLength, cancellationToken).ConfigureAwait(false)
            && IsMarker(Window[end..]);
        var modules = Window[PreparedFrame.RecordHeadLength..end].ToArray();
        // A length is believed when it leads to a marker, or, where the next marker is what is damaged, when the modules fill it.
        if (!isFollowed && !IsRecord(modules))
            return null;
        _start += end;
        return new PreparedPlace(place, number, modules);
    }

    async ValueTask SkipToMarkerAsync(long place, CancellationToken cancellationToken)
    {
        _start++;
        while (true)
        {
            var at = FindMarker(Window);
            if (at >= 0)
            {
                _start += at;
                return;
            }

            _start = Math.Max(_start, _end - PreparedFrame.MarkerLength + 1);
            if (!await FillAsync(_end - _start + 1, cancellationToken).ConfigureAwait(false))
                throw new PreparedJobException(File, $"it ends within record {place}: it was cut off.");
        }
    }

    static int FindMarker(ReadOnlySpan<byte> window)
    {
        var (record, trailer) = (window.IndexOf(PreparedFrame.Record), window.IndexOf(PreparedFrame.Trailer));
        return record < 0 ? trailer : trailer < 0 ? record : Math.Min(record, trailer);
    }

    bool IsRecord(ReadOnlyMemory<byte> modules)
    {
        try
        {
            PreparedRecord.Decode(_header!, number: 1, modules);
            return true;
        }
        catch (PreparedJobException)
        {
            return false;
        }
    }

    static bool IsMarker(ReadOnlySpan<byte> window) => window.StartsWith(PreparedFrame.Record) || window.StartsWith(PreparedFrame.Trailer);

    // Brings at least so many bytes into the window, as far as the input has them.
    async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count && !_isAtEnd)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_buffer.Length < count)
                Array.Resize(ref _buffer, Math.Max(count, Math.Min(2 * _buffer.Length, 2 * MaxRecordLength)));
            var read = await input.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _isAtEnd = read == 0;
            _end += read;
        }

        return _end - _start >= count;
    }
}
