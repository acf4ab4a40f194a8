using System.Buffers.Binary;
using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.VirtualCards.Sealing;

/// <summary>How the keys of an image come about. All outputs have 32 bytes and are zeroed by the caller.</summary>
static class ImageKeys
{
    public const int KeyLength = 32;

    const int BlockLength = 16;

    /// <summary>The key that the holder's password gives: PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2).</summary>
    public static void FromPassword(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations, Span<byte> key) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, key, iterations, HashAlgorithmName.SHA256);

    /// <summary>
    /// The key that a key of the security module gives to this one image: NIST SP 800-108 §4.1, counter mode with CMAC, 32-bit counter in
    /// front, fixed input label ‖ 00 ‖ context ‖ length in bits on 32 bits. Two calls of the module; its key never leaves it.
    /// </summary>
    /// <param name="parent">An AES key.</param>
    /// <param name="label">What the derived key is for.</param>
    /// <param name="context">Whose it is.</param>
    /// <param name="key">32 bytes.</param>
    public static void FromSecurityModule(ISecretKey parent, ReadOnlySpan<byte> label, ReadOnlySpan<byte> context, Span<byte> key)
    {
        if (parent.Algorithm != KeyAlgorithm.Aes)
            throw new ArgumentException("Images are sealed under an AES key.", nameof(parent));
        var input = new byte[4 + label.Length + 1 + context.Length + 4];
        label.CopyTo(input.AsSpan(4));
        context.CopyTo(input.AsSpan(4 + label.Length + 1));
        BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(input.Length - 4), 8 * KeyLength);
        for (var i = 0; i < KeyLength / BlockLength; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(input, i + 1);
            parent.Cmac(input, key.Slice(i * BlockLength, BlockLength));
        }
    }

    /// <summary>The key of one area: HKDF-Expand with SHA-256 (RFC 5869 §2.3).</summary>
    public static void ForArea(ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> area, Span<byte> key) =>
        HKDF.Expand(HashAlgorithmName.SHA256, contentKey, key, area);
}
