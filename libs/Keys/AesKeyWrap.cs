using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>AES key wrap (RFC 3394, NIST SP 800-38F KW) of secrets that are longer than a key, with a key of the security module.</summary>
/// <remarks>The key computes the blocks; the secret is in this process's memory, in buffers that the caller zeroes.</remarks>
public static class AesKeyWrap
{
    /// <summary>Bytes that wrapping adds.</summary>
    public const int Overhead = HalfBlock;

    const int HalfBlock = 8;
    const int Rounds = 6;

    // The default initial value (RFC 3394 §2.2.3.1).
    const ulong InitialValue = 0xA6A6A6A6A6A6A6A6;

    /// <summary>Wraps a secret (RFC 3394 §2.2.1).</summary>
    /// <param name="key">An AES key.</param>
    /// <param name="secret">At least 16 bytes, a multiple of 8.</param>
    /// <returns>8 bytes more than <paramref name="secret"/>.</returns>
    /// <exception cref="ArgumentException">The secret has another length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[] Wrap(ISecretKey key, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(key);
        CheckLength(secret.Length, nameof(secret));
        var output = new byte[secret.Length + HalfBlock];
        secret.CopyTo(output.AsSpan(HalfBlock));
        Span<byte> block = stackalloc byte[2 * HalfBlock];
        BinaryPrimitives.WriteUInt64BigEndian(block, InitialValue);
        var count = secret.Length / HalfBlock;
        for (var step = 1; step <= Rounds * count; step++)
        {
            var half = output.AsSpan(HalfBlock * (((step - 1) % count) + 1), HalfBlock);
            half.CopyTo(block[HalfBlock..]);
            key.EncryptEcb(block, block);
            block[HalfBlock..].CopyTo(half);
            Count(block, step);
        }

        block[..HalfBlock].CopyTo(output);
        return output;
    }

    /// <summary>Unwraps a secret (RFC 3394 §2.2.2).</summary>
    /// <param name="key">The AES key that it was wrapped with.</param>
    /// <param name="wrapped">At least 24 bytes, a multiple of 8.</param>
    /// <returns>The secret in a new array that the caller zeroes; null when it was wrapped with another key, or changed.</returns>
    /// <exception cref="ArgumentException">The wrapped secret has another length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[]? Unwrap(ISecretKey key, ReadOnlySpan<byte> wrapped)
    {
        ArgumentNullException.ThrowIfNull(key);
        CheckLength(wrapped.Length - HalfBlock, nameof(wrapped));
        var secret = wrapped[HalfBlock..].ToArray();
        Span<byte> block = stackalloc byte[2 * HalfBlock];
        wrapped[..HalfBlock].CopyTo(block);
        var count = secret.Length / HalfBlock;
        for (var step = Rounds * count; step >= 1; step--)
        {
            var half = secret.AsSpan(HalfBlock * ((step - 1) % count), HalfBlock);
            Count(block, step);
            half.CopyTo(block[HalfBlock..]);
            key.DecryptEcb(block, block);
            block[HalfBlock..].CopyTo(half);
        }

        var isWhole = BinaryPrimitives.ReadUInt64BigEndian(block) == InitialValue;
        CryptographicOperations.ZeroMemory(block);
        if (isWhole)
            return secret;
        CryptographicOperations.ZeroMemory(secret);
        return null;
    }

    static void Count(Span<byte> block, int step) =>
        BinaryPrimitives.WriteUInt64BigEndian(block, BinaryPrimitives.ReadUInt64BigEndian(block) ^ (ulong)step);

    static void CheckLength(int length, string parameter)
    {
        if (length < 2 * HalfBlock || length % HalfBlock != 0)
            throw new ArgumentException($"AES key wrap takes 16 bytes or more, in steps of 8; these are {length}.", parameter);
    }
}
