using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>What is enciphered to make a key check value.</summary>
public enum KeyCheckInput
{
    /// <summary>Zeros for DES, 01 repeated for AES: what cards expect (GPC 2.3.1 §B.6).</summary>
    GlobalPlatform,

    /// <summary>Zeros for both ciphers: CKA_CHECK_VALUE of PKCS#11 and many key letters.</summary>
    Zeros,
}

/// <summary>Key check values: the leftmost bytes of one block enciphered under the key.</summary>
public static class KeyCheckValue
{
    /// <summary>The usual length in bytes.</summary>
    public const int Length = 3;

    /// <summary>Computes a key check value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">1 to 8 bytes (3DES) or 16 (AES), usually 3; owned by the caller.</param>
    /// <param name="input">What is enciphered.</param>
    /// <exception cref="ArgumentException">The destination is longer than a block.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void Compute(ISecretKey key, Span<byte> destination, KeyCheckInput input = KeyCheckInput.GlobalPlatform)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> block = stackalloc byte[key.Algorithm == KeyAlgorithm.Aes ? 16 : 8];
        if (destination.Length > block.Length)
            throw new ArgumentException($"A key check value has at most {block.Length} bytes.", nameof(destination));
        block.Fill(key.Algorithm == KeyAlgorithm.Aes && input == KeyCheckInput.GlobalPlatform ? (byte)0x01 : (byte)0x00);
        key.EncryptEcb(block, block);
        block[..destination.Length].CopyTo(destination);
    }
}
