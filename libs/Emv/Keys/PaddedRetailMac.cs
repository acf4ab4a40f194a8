using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>How the data under a DES application cryptogram is padded.</summary>
public enum CryptogramPadding
{
    /// <summary>80, then zeros, always (ISO/IEC 9797-1 method 2): EMV 4.3 Book 2 §A1.2.1.</summary>
    Method2,

    /// <summary>Zeros only where needed (ISO/IEC 9797-1 method 1): some older scheme cryptograms.</summary>
    Method1,
}

/// <summary>The retail MAC over data of any length, with a zero initial value (EMV 4.3 Book 2 §A1.2.1).</summary>
static class PaddedRetailMac
{
    public static void Compute(RetailMacKey key, ReadOnlySpan<byte> data, CryptogramPadding padding, Span<byte> mac)
    {
        var length = padding == CryptogramPadding.Method2 ? (data.Length / 8 * 8) + 8 : Math.Max(8, (data.Length + 7) / 8 * 8);
        var padded = new byte[length];
        data.CopyTo(padded);
        if (padding == CryptogramPadding.Method2)
            padded[data.Length] = 0x80;
        Span<byte> zero = stackalloc byte[8];
        zero.Clear();
        key.ComputeMac(zero, padded, mac);
        CryptographicOperations.ZeroMemory(padded);
    }
}
