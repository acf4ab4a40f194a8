using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>
/// A key whose value lies in process memory: for tests and for the embedded demonstration. The value is kept in a
/// pinned buffer and zeroed on <see cref="Dispose"/>; <see cref="ToString"/> shows nothing of it.
/// </summary>
public sealed class SoftwareKey : ISecretKey
{
    readonly byte[] _value;
    readonly BlockCipher _cipher;
    byte[] _cmacSubkeys = [];

    /// <summary>Copies the key value; the caller keeps ownership of its own buffer.</summary>
    /// <param name="algorithm">The cipher.</param>
    /// <param name="value">16 or 24 bytes for 3DES; 16, 24 or 32 bytes for AES.</param>
    /// <exception cref="ArgumentException">Wrong length, or a single-DES weak key in both halves (no platform cipher accepts it).</exception>
    public SoftwareKey(KeyAlgorithm algorithm, ReadOnlySpan<byte> value)
    {
        Algorithm = algorithm;
        _value = GC.AllocateUninitializedArray<byte>(value.Length, pinned: true);
        value.CopyTo(_value);
        try
        {
            _cipher = new BlockCipher(algorithm == KeyAlgorithm.Aes ? CreateAes(_value) : CreateTripleDes(_value));
        }
        catch (CryptographicException e)
        {
            CryptographicOperations.ZeroMemory(_value);
            throw new ArgumentException($"Not a usable {algorithm} key of {value.Length} bytes (wrong length or a weak key).", nameof(value), e);
        }
    }

    /// <inheritdoc />
    public KeyAlgorithm Algorithm { get; }

    /// <inheritdoc />
    public int Length => _value.Length;

    int BlockSize => Algorithm == KeyAlgorithm.Aes ? 16 : 8;

    /// <inheritdoc />
    public void EncryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => _cipher.EncryptEcb(input, output);

    /// <inheritdoc />
    public void DecryptEcb(ReadOnlySpan<byte> input, Span<byte> output) => _cipher.DecryptEcb(input, output);

    /// <inheritdoc />
    public void EncryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output) =>
        _cipher.EncryptCbc(iv, input, output);

    /// <inheritdoc />
    public void DecryptCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> input, Span<byte> output) =>
        _cipher.DecryptCbc(iv, input, output);

    /// <inheritdoc />
    public void Cmac(ReadOnlySpan<byte> message, Span<byte> mac)
    {
        var block = BlockSize;
        var lastLength = message.IsEmpty ? 0 : ((message.Length - 1) % block) + 1;
        Span<byte> last = stackalloc byte[block];
        last.Clear();
        message[^lastLength..].CopyTo(last);
        if (lastLength < block)
            last[lastLength] = 0x80;
        var subkey = CmacSubkey(isWhole: lastLength == block);
        for (var i = 0; i < block; i++)
            last[i] ^= subkey[i];

        Span<byte> state = stackalloc byte[block];
        state.Clear();
        _cipher.ChainCbc(message[..^lastLength], state);
        EncryptCbc(state, last, last);
        last.CopyTo(mac);
        CryptographicOperations.ZeroMemory(last);
    }

    /// <inheritdoc />
    public ISecretKey DeriveEcb(ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length)
    {
        var value = new byte[data.Length];
        EncryptEcb(data, value);
        return FromDerived(value, algorithm, length);
    }

    /// <inheritdoc />
    public ISecretKey DeriveCbc(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, KeyAlgorithm algorithm, int length)
    {
        var value = new byte[data.Length];
        EncryptCbc(iv, data, value);
        return FromDerived(value, algorithm, length);
    }

    /// <summary>Zeroes the value.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_value);
        CryptographicOperations.ZeroMemory(_cmacSubkeys);
        _cipher.Dispose();
    }

    /// <summary>Algorithm and length only.</summary>
    public override string ToString() => $"{Algorithm} key, {Length} bytes";

    // K1 goes with a last block that is whole, K2 with one that is padded (NIST SP 800-38B §6.1).
    ReadOnlySpan<byte> CmacSubkey(bool isWhole)
    {
        var block = BlockSize;
        if (_cmacSubkeys.Length == 0)
        {
            _cmacSubkeys = GC.AllocateUninitializedArray<byte>(2 * block, pinned: true);
            CmacSubkeys.K1(this, _cmacSubkeys.AsSpan(0, block));
            _cmacSubkeys.AsSpan(0, block).CopyTo(_cmacSubkeys.AsSpan(block));
            CmacSubkeys.DoubleInField(_cmacSubkeys.AsSpan(block));
        }

        return _cmacSubkeys.AsSpan(isWhole ? 0 : block, block);
    }

    static SoftwareKey FromDerived(byte[] value, KeyAlgorithm algorithm, int length)
    {
        var key = new SoftwareKey(algorithm, value.AsSpan(0, length));
        CryptographicOperations.ZeroMemory(value);
        return key;
    }

    static Aes CreateAes(byte[] value)
    {
        var aes = Aes.Create();
        aes.Key = value;
        return aes;
    }

    // .NET refuses 16-byte 3DES keys in its one-shot calls and refuses K1 = K2, which is single DES.
    static SymmetricAlgorithm CreateTripleDes(byte[] value)
    {
        if (value.Length is not (16 or 24))
            throw new CryptographicException("A 3DES key has 16 or 24 bytes.");
        if (value.AsSpan(0, 8).SequenceEqual(value.AsSpan(8, 8)) && (value.Length == 16 || value.AsSpan(0, 8).SequenceEqual(value.AsSpan(16, 8))))
        {
            var des = DES.Create();
            des.Key = value[..8];
            return des;
        }

        var tripleDes = TripleDES.Create();
        tripleDes.Key = value.Length == 24 ? value : [.. value, .. value.AsSpan(0, 8)];
        return tripleDes;
    }
}
