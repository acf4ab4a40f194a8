namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A file that is made while it is read: so a line can be longer than anyone should hold in memory.</summary>
sealed class SegmentStream(IEnumerable<ReadOnlyMemory<byte>> segments) : Stream
{
    readonly IEnumerator<ReadOnlyMemory<byte>> _segments = segments.GetEnumerator();
    ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_rest.IsEmpty)
        {
            if (!_segments.MoveNext())
                return 0;
            _rest = _segments.Current;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _segments.Dispose();
        base.Dispose(disposing);
    }
}
