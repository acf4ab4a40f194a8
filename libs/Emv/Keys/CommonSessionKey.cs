using System.Buffers.Binary;
using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>The common session key derivation of EMV 4.3 Book 2 §A1.3.1: SK from an ICC master key and diversification data R.</summary>
public static class CommonSessionKey
{
    /// <summary>R for the application cryptogram and the ARPC: ATC followed by zeros.</summary>
    /// <param name="atc">Application transaction counter (tag 9F36).</param>
    /// <param name="r">8 bytes for 3DES, 16 for AES; owned by the caller.</param>
    public static void WriteDiversificationData(ushort atc, Span<byte> r)
    {
        r.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(r, atc);
    }

    /// <summary>R for secure messaging: the application cryptogram of the first GENERATE AC followed by zeros.</summary>
    /// <param name="applicationCryptogram">8 bytes (tag 9F26).</param>
    /// <param name="r">8 bytes for 3DES, 16 for AES; owned by the caller.</param>
    public static void WriteDiversificationData(ReadOnlySpan<byte> applicationCryptogram, Span<byte> r)
    {
        r.Clear();
        applicationCryptogram.CopyTo(r);
    }

    /// <summary>Derives the session key as an object of the security module.</summary>
    /// <param name="iccMasterKey">A 3DES or AES key.</param>
    /// <param name="r">8 bytes for 3DES, 16 for AES.</param>
    /// <returns>A key of the same cipher: 16 bytes for 3DES, the master key's length for AES; disposed by the caller.</returns>
    /// <exception cref="ArgumentException">R has the wrong length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static ISecretKey DeriveKey(ISecretKey iccMasterKey, ReadOnlySpan<byte> r)
    {
        Span<byte> data = stackalloc byte[32];
        var used = WriteDerivationData(iccMasterKey, r, data);
        return iccMasterKey.DeriveEcb(data[..used], iccMasterKey.Algorithm, IccMasterKey.LengthOf(iccMasterKey));
    }

    /// <summary>Derives a 3DES session key for the retail MAC as an object of the security module.</summary>
    /// <param name="iccMasterKey">A 3DES key.</param>
    /// <param name="r">8 bytes.</param>
    /// <returns>The key; disposed by the caller.</returns>
    /// <exception cref="ArgumentException">An AES key, or R has the wrong length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static RetailMacKey DeriveRetailMacKey(ISecretKey iccMasterKey, ReadOnlySpan<byte> r)
    {
        ArgumentNullException.ThrowIfNull(iccMasterKey);
        if (iccMasterKey.Algorithm != KeyAlgorithm.TripleDes)
            throw new ArgumentException("The retail MAC needs a 3DES key.", nameof(iccMasterKey));
        Span<byte> data = stackalloc byte[32];
        var used = WriteDerivationData(iccMasterKey, r, data);
        return RetailMacKey.DeriveEcb(iccMasterKey, data[..used]);
    }

    /// <summary>Computes the session key's value; no DES parity is set, since the specification sets none.</summary>
    /// <param name="iccMasterKey">A 3DES or AES key.</param>
    /// <param name="r">8 bytes for 3DES, 16 for AES.</param>
    /// <param name="destination">16 bytes for 3DES, the master key's length for AES; owned by the caller, who zeroes it.</param>
    /// <exception cref="ArgumentException">R or the destination has the wrong length.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void ComputeKeyData(ISecretKey iccMasterKey, ReadOnlySpan<byte> r, Span<byte> destination)
    {
        var length = IccMasterKey.LengthOf(iccMasterKey);
        if (destination.Length != length)
            throw new ArgumentException($"The session key has {length} bytes, the destination {destination.Length}.", nameof(destination));
        Span<byte> data = stackalloc byte[32];
        var used = WriteDerivationData(iccMasterKey, r, data);
        iccMasterKey.EncryptEcb(data[..used], data);
        data[..length].CopyTo(destination);
        CryptographicOperations.ZeroMemory(data);
    }

    static int WriteDerivationData(ISecretKey iccMasterKey, ReadOnlySpan<byte> r, Span<byte> data)
    {
        ArgumentNullException.ThrowIfNull(iccMasterKey);
        var block = iccMasterKey.Algorithm == KeyAlgorithm.Aes ? 16 : 8;
        if (r.Length != block)
            throw new ArgumentException($"R has {block} bytes for {iccMasterKey.Algorithm}, got {r.Length}.", nameof(r));
        r.CopyTo(data);
        if (block == 16 && iccMasterKey.Length == 16)
            return 16;
        r.CopyTo(data[block..]);
        data[2] = 0xF0;
        data[block + 2] = 0x0F;
        return 2 * block;
    }
}
