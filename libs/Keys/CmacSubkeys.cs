namespace PersoMesh.Keys;

/// <summary>The subkeys of CMAC (NIST SP 800-38B §6.1), for calculations that an HSM offers no mechanism for.</summary>
public static class CmacSubkeys
{
    /// <summary>K1 = E(K, 0) doubled in GF(2^b): what is XORed to the last block when the message is a whole number of blocks.</summary>
    /// <param name="key">The CMAC key.</param>
    /// <param name="k1">One block (16 bytes AES, 8 bytes 3DES); owned by the caller, who zeroes it.</param>
    public static void K1(ISecretKey key, Span<byte> k1)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> zero = stackalloc byte[k1.Length];
        zero.Clear();
        key.EncryptEcb(zero, k1);
        DoubleInField(k1);
    }

    /// <summary>Doubles a block in GF(2^128) (16 bytes, polynomial 0x87) or GF(2^64) (8 bytes, 0x1B), big-endian, in place.</summary>
    /// <param name="block">8 or 16 bytes.</param>
    public static void DoubleInField(Span<byte> block)
    {
        var carry = block[0] >> 7;
        for (var i = 0; i < block.Length - 1; i++)
            block[i] = (byte)((block[i] << 1) | (block[i + 1] >> 7));
        block[^1] = (byte)((block[^1] << 1) ^ (carry * (block.Length == 16 ? 0x87 : 0x1B)));
    }
}
