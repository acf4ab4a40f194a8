using System.Numerics;

namespace PersoMesh.Emv;

/// <summary>The parity of DES key bytes (FIPS 46-3): the least significant bit makes the number of ones odd.</summary>
public static class DesParity
{
    /// <summary>Sets odd parity in place.</summary>
    /// <param name="key">Key bytes, any number; owned by the caller.</param>
    public static void SetOdd(Span<byte> key)
    {
        foreach (ref var b in key)
            b = (byte)((b & 0xFE) | (BitOperations.PopCount(b & 0xFEu) & 1 ^ 1));
    }

    /// <summary>Whether every byte has odd parity.</summary>
    /// <param name="key">Key bytes, any number.</param>
    public static bool IsOdd(ReadOnlySpan<byte> key)
    {
        foreach (var b in key)
        {
            if ((BitOperations.PopCount(b) & 1) == 0)
                return false;
        }

        return true;
    }
}
