using System.Buffers.Binary;
using System.Security.Cryptography;
using PersoMesh.Sealing;

namespace PersoMesh.Ingest.Intake;

/// <summary>
/// Keeps a stream on disk, sealed block by block, so that it can be read twice whatever its size: once to check it as a whole, once to use
/// it. The file is gone when this is disposed.
/// </summary>
sealed class SealedSpool : IAsyncDisposable
{
    const int BlockLength = 64 * 1024;
    const string Purpose = "spool";

    readonly PayloadSealer _sealer;
    readonly string _id = Guid.NewGuid().ToString();
    readonly FileStream _file;

    SealedSpool()
    {
        // A key that nobody else has and that is gone with the file, so what is left on the disk says nothing.
        var key = RandomNumberGenerator.GetBytes(PayloadSealer.KeyLength);
        _sealer = new PayloadSealer(key);
        CryptographicOperations.ZeroMemory(key);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(Path.Combine(Path.GetTempPath(), $"persomesh-{_id}.spool"), options);
    }

    /// <summary>Takes all of a stream.</summary>
    public static async Task<SealedSpool> FillAsync(Stream input, CancellationToken cancellationToken)
    {
        var spool = new SealedSpool();
        try
        {
            var block = new byte[BlockLength];
            int length;
            for (var number = 0L; (length = await input.ReadAtLeastAsync(block, BlockLength, throwOnEndOfStream: false, cancellationToken)) > 0; number++)
                await spool.WriteAsync(number, block.AsMemory(0, length), cancellationToken);
            CryptographicOperations.ZeroMemory(block);
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads what was taken from its beginning; one reader at a time.</summary>
    public Stream Read() => new Reader(this);

    public ValueTask DisposeAsync()
    {
        _sealer.Dispose();
        return _file.DisposeAsync();
    }

    async Task WriteAsync(long number, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        var payload = _sealer.Seal(Purpose, $"{_id}/{number}", block.Span);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, payload.Length);
        await _file.WriteAsync(length, cancellationToken);
        await _file.WriteAsync(payload, cancellationToken);
    }

    sealed class Reader(SealedSpool spool) : Stream
    {
        byte[] _block = [];
        int _at;
        long _number;
        long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_at == _block.Length && !await NextAsync(cancellationToken))
                return 0;
            var length = Math.Min(buffer.Length, _block.Length - _at);
            _block.AsMemory(_at, length).CopyTo(buffer);
            _at += length;
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

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
            CryptographicOperations.ZeroMemory(_block);
            base.Dispose(disposing);
        }

        async Task<bool> NextAsync(CancellationToken cancellationToken)
        {
            spool._file.Position = _position;
            var head = new byte[4];
            if (await spool._file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken) == 0)
                return false;
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
            await spool._file.ReadExactlyAsync(payload, cancellationToken);
            _position = spool._file.Position;
            CryptographicOperations.ZeroMemory(_block);
            (_block, _at) = (spool._sealer.Open(Purpose, $"{spool._id}/{_number++}", payload), 0);
            return true;
        }
    }
}
