using System.Buffers;
using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>
/// A double-length DES key for the retail MAC: ISO/IEC 9797-1 MAC algorithm 3 (single DES in CBC with the left half,
/// the last block finished with 3DES). An HSM has no single-DES mechanism, so the left half is held as a second
/// 3DES key KL‖KL, derived beside the full key: EDE with equal halves is single DES.
/// </summary>
/// <remarks>Not thread-safe; disposes both keys.</remarks>
public sealed class RetailMacKey : IDisposable
{
    const int MaxOnStack = 512;

    readonly ISecretKey _full;
    readonly ISecretKey _left;

    RetailMacKey(ISecretKey full, ISecretKey left)
    {
        _full = full;
        _left = left;
    }

    /// <summary>Derives key KL‖KR = CBC(<paramref name="parent"/>, 0, <paramref name="data"/>) and its left half. For one block CBC with a zero IV is ECB.</summary>
    /// <param name="parent">A 3DES key.</param>
    /// <param name="data">16 bytes.</param>
    public static RetailMacKey DeriveCbc(ISecretKey parent, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(parent);
        Span<byte> zero = stackalloc byte[8];
        zero.Clear();
        return Derive(parent.DeriveCbc(zero, data, KeyAlgorithm.TripleDes, 16), parent, data);
    }

    /// <summary>Derives key KL‖KR = ECB(<paramref name="parent"/>, <paramref name="data"/>) and its left half.</summary>
    /// <param name="parent">A 3DES key.</param>
    /// <param name="data">16 bytes.</param>
    public static RetailMacKey DeriveEcb(ISecretKey parent, ReadOnlySpan<byte> data)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return Derive(parent.DeriveEcb(data, KeyAlgorithm.TripleDes, 16), parent, data);
    }

    /// <summary>Makes a retail MAC key from a clear value: for tests and for keys that never were in an HSM.</summary>
    /// <param name="value">16 bytes, KL‖KR; copied.</param>
    public static RetailMacKey FromClear(ReadOnlySpan<byte> value) =>
        new(new SoftwareKey(KeyAlgorithm.TripleDes, value), new SoftwareKey(KeyAlgorithm.TripleDes, [.. value[..8], .. value[..8]]));

    /// <summary>The full double-length key, owned by this object.</summary>
    public ISecretKey Full => _full;

    /// <summary>Computes the MAC over whole blocks; the caller has padded (ISO/IEC 9797-1 padding method 2 in all our uses).</summary>
    /// <param name="initialValue">8 bytes, XORed to the first block.</param>
    /// <param name="padded">A multiple of 8 bytes, at least 8.</param>
    /// <param name="mac">Receives 8 bytes; owned by the caller.</param>
    public void ComputeMac(ReadOnlySpan<byte> initialValue, ReadOnlySpan<byte> padded, Span<byte> mac)
    {
        var head = padded[..^8];
        var rented = head.Length <= MaxOnStack ? null : ArrayPool<byte>.Shared.Rent(head.Length);
        Span<byte> chained = rented ?? stackalloc byte[MaxOnStack];
        Span<byte> last = stackalloc byte[8];
        padded[^8..].CopyTo(last);
        if (!head.IsEmpty)
            _left.EncryptCbc(initialValue, head, chained);
        Xor(last, head.IsEmpty ? initialValue : chained.Slice(head.Length - 8, 8));
        _full.EncryptEcb(last, mac);
        CryptographicOperations.ZeroMemory(chained[..head.Length]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Encrypts one block with single DES under the left half: the ICV encryption of SCP02 (GPC 2.3.1 §E.3.4).</summary>
    /// <param name="block">8 bytes.</param>
    /// <param name="output">8 bytes; owned by the caller.</param>
    public void EncryptWithLeftHalf(ReadOnlySpan<byte> block, Span<byte> output) => _left.EncryptEcb(block, output);

    /// <inheritdoc />
    public void Dispose()
    {
        _full.Dispose();
        _left.Dispose();
    }

    static RetailMacKey Derive(ISecretKey full, ISecretKey parent, ReadOnlySpan<byte> data) =>
        new(full, parent.DeriveEcb([.. data[..8], .. data[..8]], KeyAlgorithm.TripleDes, 16));

    static void Xor(Span<byte> target, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] ^= other[i];
    }
}
