using System.Security.Cryptography;

namespace PersoMesh.Keys;

/// <summary>RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2), the private exponent staying in the security module.</summary>
public static class RsaSignature
{
    /// <summary>Signs a hash.</summary>
    /// <param name="key">The key; its modulus has 62 bytes or more.</param>
    /// <param name="digest">SHA-256 of the message, 32 bytes.</param>
    /// <returns>As many bytes as the modulus has.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static byte[] Sign(IRsaPrivateKey key, ReadOnlySpan<byte> digest)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (digest.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A SHA-256 hash has {SHA256.HashSizeInBytes} bytes, this one has {digest.Length}.", nameof(digest));
        // EMSA-PKCS1-v1_5 (§9.2): 00 01 FF … FF 00 DigestInfo, with eight bytes FF at least.
        var prefix = DigestInfo;
        var block = new byte[key.Modulus.Length];
        var at = block.Length - prefix.Length - digest.Length;
        if (at < 11)
            throw new ArgumentException($"A modulus of {block.Length} bytes is too short for a signature over SHA-256.", nameof(key));
        block[1] = 0x01;
        block.AsSpan(2, at - 3).Fill(0xFF);
        prefix.CopyTo(block.AsSpan(at));
        digest.CopyTo(block.AsSpan(at + prefix.Length));
        var signature = new byte[block.Length];
        key.SignRaw(block, signature);
        return signature;
    }

    // The DER prefix for SHA-256 (§9.2, note 1).
    static ReadOnlySpan<byte> DigestInfo =>
        [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
}
