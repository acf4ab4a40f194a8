using System.Buffers;

namespace PersoMesh.Ingest.Formats;

/// <summary>
/// The part of the input that is in memory: a buffer that always has room for one record of the greatest length allowed,
/// refilled from the stream. It counts the lines that go by.
/// </summary>
sealed class InputWindow : IDisposable
{
    const int ReadAhead = 64 * 1024;

    readonly Stream _stream;
    readonly byte[] _buffer;
    int _start;
    int _end;

    public InputWindow(Stream stream, int maxRecordBytes)
    {
        _stream = stream;
        _buffer = ArrayPool<byte>.Shared.Rent(maxRecordBytes + ReadAhead);
    }

    /// <summary>What has been read from the stream and not been passed over. Valid until the next call of any method.</summary>
    public ReadOnlyMemory<byte> Unread => _buffer.AsMemory(_start, _end - _start);

    /// <summary>The stream has ended: after what is unread nothing comes.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The line, from 1, of the first unread byte.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Passes over bytes.</summary>
    public void Advance(int count)
    {
        Line += _buffer.AsSpan(_start, count).Count((byte)'\n');
        _start += count;
    }

    /// <summary>Reads more; does nothing once the stream has ended.</summary>
    /// <exception cref="InvalidOperationException">The caller holds on to more than a record.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (IsEnded)
            return;
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            throw new InvalidOperationException("The window is full.");
        var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        IsEnded = count == 0;
    }

    /// <summary>Passes over the rest of the line, however long, and its line feed.</summary>
    public async ValueTask SkipLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var lineFeed = Unread.Span.IndexOf((byte)'\n');
            Advance(lineFeed < 0 ? Unread.Length : lineFeed + 1);
            if (lineFeed >= 0 || IsEnded)
                return;
            await FillAsync(cancellationToken);
        }
    }

    /// <summary>Passes over a UTF-8 byte order mark.</summary>
    /// <returns>Whether there was one.</returns>
    public async ValueTask<bool> SkipByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        while (Unread.Length < 3 && !IsEnded)
            await FillAsync(cancellationToken);
        if (!Unread.Span.StartsWith("\uFEFF"u8))
            return false;
        Advance(3);
        return true;
    }

    // The buffer goes back to a pool that others take from, and it held cardholder data.
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
}
