using PersoMesh.Keys;

namespace PersoMesh.GlobalPlatform;

/// <summary>Key check values (GPC 2.3.1 §B.6): they tell keys apart without telling the keys.</summary>
public static class KeyCheckValue
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 3;

    /// <summary>
    /// Computes the check value: the left 3 bytes of the encryption of 8 zero bytes (3DES) or of 16 bytes 01 (AES). PKCS#11's
    /// CKA_CHECK_VALUE of an AES key is another number: it encrypts zeros.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <returns>A new buffer of 3 bytes.</returns>
    /// <exception cref="SecurityModuleException">The security module refused.</exception>
    public static byte[] Compute(ISecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var block = new byte[key.Algorithm == KeyAlgorithm.Aes ? 16 : 8];
        if (key.Algorithm == KeyAlgorithm.Aes)
            Array.Fill(block, (byte)0x01);
        key.EncryptEcb(block, block);
        return block[..Length];
    }
}
