using System.Text;
using PersoMesh.Ingest.Formats;

namespace PersoMesh.Ingest.Tests;

/// <summary>Reads an input in pieces of several sizes, down to one byte, and insists on the same records each time.</summary>
static class Reading
{
    public static readonly InputFormat Csv = new(InputKind.Csv);

    public static readonly InputFormat JsonLines = new(InputKind.JsonLines);

    /// <summary>The keys of the patent's example.</summary>
    public static readonly InputFormat TextCardObject = new(InputKind.TextCardObject)
    {
        TextLines = new Dictionary<string, TextLine>(StringComparer.Ordinal)
        {
            ["SCRD"] = new(["cardObjectId"]),
            ["EMB"] = new(["pan", "expiry", "name"], "#"),
            ["ENC"] = new(["track1", "track2"], "|"),
            ["PIC"] = new(["portrait"]),
            ["REM"] = new([], Ignore: true),
        },
    };

    public static Task<List<ReadRecord>> ReadAsync(string input, InputFormat format) => ReadAsync(Encoding.UTF8.GetBytes(input), format);

    public static async Task<List<ReadRecord>> ReadAsync(byte[] input, InputFormat format)
    {
        List<ReadRecord>? first = null;
        foreach (var piece in new[] { int.MaxValue, 1, 2, 3, 7, 4096 })
        {
            await using var stream = new PiecemealStream([input], piece);
            var records = await RecordReader.ReadAsync(stream, format).ToListAsync();
            first ??= records;
            Assert.Equal(first.Select(Flat), records.Select(Flat));
        }

        Assert.All(first!, record => Assert.True(record.Fields is null != record.Fault is null, "fields or a fault, not both"));
        return first!;
    }

    /// <summary>Number, line and what there is: <c>1@2 a=x b=y</c> or <c>1@2 ! fault</c>.</summary>
    public static string Flat(ReadRecord record) => $"{record.RecordNumber}@{record.LineNumber} "
        + (record.Fault is { } fault ? $"! {fault}" : string.Join(' ', record.Fields!.Select(f => $"{f.Key}={f.Value}")));
}

/// <summary>A stream over pieces that are made while it is read; it gives at most so many bytes at a time.</summary>
sealed class PiecemealStream(IEnumerable<byte[]> pieces, int atOnce) : Stream
{
    readonly IEnumerator<byte[]> _pieces = pieces.GetEnumerator();
    ReadOnlyMemory<byte> _rest;

    public long BytesRead { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        while (_rest.IsEmpty)
        {
            if (!_pieces.MoveNext())
                return 0;
            _rest = _pieces.Current;
        }

        var count = Math.Min(Math.Min(buffer.Length, _rest.Length), atOnce);
        _rest.Span[..count].CopyTo(buffer);
        _rest = _rest[count..];
        BytesRead += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _pieces.Dispose();
        base.Dispose(disposing);
    }
}
