using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PersoMesh.Emv;

/// <summary>
/// The signature scheme of EMV 4.3 Book 2 §A2.1: the signature carries 6A, the first N − 22 bytes of the message, its SHA-1 hash and
/// BC; the rest of the message travels beside it.
/// </summary>
static class RecoverableSignature
{
    /// <summary>Bytes of the block that are not message.</summary>
    public const int Overhead = 22;

    public const byte HashAlgorithm = 0x01;
    public const byte PublicKeyAlgorithm = 0x01;
    public const byte Pad = 0xBB;

    const byte Header = 0x6A;
    const byte Trailer = 0xBC;

    /// <summary>Signs and checks the signature with the public key, so that a wrong or failing signer does no harm.</summary>
    /// <param name="signer">The private key.</param>
    /// <param name="publicKey">Its public key.</param>
    /// <param name="recoverable">Exactly N − 22 bytes.</param>
    /// <param name="rest">What is hashed too.</param>
    /// <exception cref="CryptographicException">The signature does not open with the public key.</exception>
    public static byte[] Sign(IRsaSigner signer, RsaPublicKey publicKey, ReadOnlySpan<byte> recoverable, ReadOnlySpan<byte> rest)
    {
        var length = publicKey.ModulusLength;
        if (signer.ModulusLength != length)
            throw new CryptographicException($"The signer's key has {signer.ModulusLength} bytes, the public key given with it {length}.");
        var block = new byte[length];
        block[0] = Header;
        recoverable.CopyTo(block.AsSpan(1));
        Hash(recoverable, rest, block.AsSpan(length - 21, 20));
        block[^1] = Trailer;

        var signature = new byte[length];
        signer.SignRaw(block, signature);
        var opened = new byte[length];
        if (!publicKey.TryApply(signature, opened) || !opened.AsSpan().SequenceEqual(block))
            throw new CryptographicException("The signature does not open with the public key: the signer holds another key, or failed.");
        return signature;
    }

    /// <summary>Opens a signature: steps 1 to 4 of every verification in Book 2.</summary>
    /// <param name="clause">The clause to name in a failure.</param>
    /// <param name="name">What is verified, to name in a failure.</param>
    /// <param name="format">The value that the message must begin with.</param>
    /// <param name="key">The signer's public key.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="message">The N − 22 recovered bytes of the message.</param>
    /// <param name="hash">The 20 bytes of the hash.</param>
    /// <param name="failure">What is wrong.</param>
    public static bool TryOpen(
        string clause,
        string name,
        byte format,
        RsaPublicKey key,
        ReadOnlySpan<byte> signature,
        [NotNullWhen(true)] out byte[]? message,
        [NotNullWhen(true)] out byte[]? hash,
        [NotNullWhen(false)] out VerificationFailure? failure)
    {
        message = hash = null;
        failure = null;
        if (signature.Length != key.ModulusLength)
            failure = new(clause, 1, $"{name} has {signature.Length} bytes, the key that signed it {key.ModulusLength}");
        var block = new byte[key.ModulusLength];
        if (failure is null && (!key.TryApply(signature, block) || block[^1] != Trailer))
            failure = new(clause, 2, $"{name} does not end with BC after recovery: it was signed with another key, or damaged");
        if (failure is null && block[0] != Header)
            failure = new(clause, 3, $"{name} does not begin with 6A after recovery");
        if (failure is null && block[1] != format)
            failure = new(clause, 4, $"{name} is not of format {format:X2}");
        if (failure is not null)
            return false;
        message = block[1..^21];
        hash = block[^21..^1];
        return true;
    }

    /// <summary>Whether the hash is that of the recovered message and the rest.</summary>
    public static bool HashMatches(ReadOnlySpan<byte> message, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> hash)
    {
        Span<byte> computed = stackalloc byte[20];
        Hash(message, rest, computed);
        return computed.SequenceEqual(hash);
    }

    static void Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> rest, Span<byte> hash)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha.AppendData(message);
        sha.AppendData(rest);
        sha.GetHashAndReset(hash);
    }
}
