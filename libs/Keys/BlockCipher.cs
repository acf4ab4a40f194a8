using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>
/// The platform's ECB and CBC on spans, without garbage: the one-shot calls of .NET make a cipher context for every call, this keeps
/// each for the life of the key.
/// </summary>
/// <remarks>
/// A CBC context of the platform cannot be given another initial value, but it XORs a known block, the last one of ciphertext, to what
/// it works on next. XORing that block to the first one beforehand takes it out again.
/// </remarks>
sealed class BlockCipher : IDisposable
{
    const int BufferLength = 256;

    readonly SymmetricAlgorithm _algorithm;
    readonly int _block;
    readonly byte[] _buffer = new byte[BufferLength];
    Context? _encryptEcb;
    Context? _decryptEcb;
    Context? _encryptCbc;
    Context? _decryptCbc;

    /// <summary>Takes an algorithm with its key, and owns it.</summary>
    internal BlockCipher(SymmetricAlgorithm algorithm)
    {
        _algorithm = algorithm;
        _algorithm.Padding = PaddingMode.None;
        _block = algorithm.BlockSize / 8;
    }

    internal void EncryptEcb(ReadOnlySpan<byte> input, Span<byte> output) =>
        Run(_encryptEcb ??= Create(CipherMode.ECB, encrypt: true), input, output);

    internal void DecryptEcb(ReadOnlySpan<byte> input, Span<byte> output) =>
        Run(_decryptEcb ??= Create(CipherMode.ECB, encrypt: false), input, output);

    internal void EncryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        var context = _encryptCbc ??= Create(CipherMode.CBC, encrypt: true);
        context.SetCorrection(RequireBlock(iv));
        Run(context, input, output);
    }

    /// <summary>Encrypts in CBC mode for the sake of the last block, as a MAC does.</summary>
    /// <param name="input">Whole blocks, also none.</param>
    /// <param name="state">The initial value, one block; receives the last block of ciphertext.</param>
    internal void ChainCbc(ReadOnlySpan<byte> input, Span<byte> state)
    {
        Span<byte> output = stackalloc byte[BufferLength];
        for (; !input.IsEmpty; input = input[Math.Min(BufferLength, input.Length)..])
        {
            var chunk = input[..Math.Min(BufferLength, input.Length)];
            EncryptCbc(state, chunk, output);
            output.Slice(chunk.Length - _block, _block).CopyTo(state);
        }
    }

    internal void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output)
    {
        var context = _decryptCbc ??= Create(CipherMode.CBC, encrypt: false);
        context.SetCorrection(RequireBlock(iv));
        Run(context, input, output);
    }

    public void Dispose()
    {
        _encryptEcb?.Transform.Dispose();
        _decryptEcb?.Transform.Dispose();
        _encryptCbc?.Transform.Dispose();
        _decryptCbc?.Transform.Dispose();
        _algorithm.Dispose();
    }

    void Run(Context context, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length % _block != 0)
            throw new CryptographicException($"{input.Length} bytes are no whole number of blocks of {_block}.");
        if (output.Length < input.Length)
            throw new ArgumentException($"The output has {output.Length} bytes, {input.Length} are needed.", nameof(output));
        try
        {
            for (var at = 0; at < input.Length; at += BufferLength)
            {
                var chunk = input[at..Math.Min(at + BufferLength, input.Length)];
                chunk.CopyTo(_buffer);
                context.Process(_buffer, chunk.Length);
                _buffer.AsSpan(0, chunk.Length).CopyTo(output[at..]);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, Math.Min(BufferLength, input.Length)));
        }
    }

    ReadOnlySpan<byte> RequireBlock(ReadOnlySpan<byte> iv) =>
        iv.Length == _block ? iv : throw new ArgumentException($"An initial value has {_block} bytes, not {iv.Length}.", nameof(iv));

    Context Create(CipherMode mode, bool encrypt)
    {
        _algorithm.Mode = mode;
        var zero = new byte[_block];
        var transform = encrypt ? _algorithm.CreateEncryptor(_algorithm.Key, zero) : _algorithm.CreateDecryptor(_algorithm.Key, zero);
        return new Context(transform, mode == CipherMode.CBC ? zero : null, encrypt);
    }

    /// <summary>A context of the platform with, for CBC, the block that it will XOR next.</summary>
    sealed class Context(ICryptoTransform transform, byte[]? chained, bool encrypts)
    {
        readonly byte[] _correction = new byte[chained?.Length ?? 0];

        internal ICryptoTransform Transform => transform;

        internal void SetCorrection(ReadOnlySpan<byte> iv)
        {
            for (var i = 0; i < _correction.Length; i++)
                _correction[i] = (byte)(iv[i] ^ chained![i]);
        }

        // The correction goes to the first chunk of a message alone: it is spent afterwards.
        internal void Process(byte[] buffer, int length)
        {
            if (chained is null)
            {
                transform.TransformBlock(buffer, 0, length, buffer, 0);
                return;
            }

            if (!encrypts)
                buffer.AsSpan(length - chained.Length, chained.Length).CopyTo(chained);
            else
                Correct(buffer);
            transform.TransformBlock(buffer, 0, length, buffer, 0);
            if (encrypts)
                buffer.AsSpan(length - chained.Length, chained.Length).CopyTo(chained);
            else
                Correct(buffer);
            Array.Clear(_correction);
        }

        void Correct(byte[] buffer)
        {
            for (var i = 0; i < _correction.Length; i++)
                buffer[i] ^= _correction[i];
        }
    }
}
