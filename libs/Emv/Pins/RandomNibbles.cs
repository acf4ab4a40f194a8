using System.Security.Cryptography;

namespace PersoMesh.Emv;

/// <summary>Unbiased random values below a small bound.</summary>
static class RandomNibbles
{
    /// <summary>Fills with values 0 to <paramref name="bound"/> − 1, each equally likely.</summary>
    public static void Fill(Span<byte> values, int bound, Action<Span<byte>>? fillRandom)
    {
        // Bytes from the incomplete last run of the bound are thrown away, or small values would come more often.
        var limit = 256 - (256 % bound);
        Span<byte> random = stackalloc byte[16];
        var count = 0;
        while (count < values.Length)
        {
            FillRandom(random, fillRandom);
            foreach (var b in random)
            {
                if (b < limit && count < values.Length)
                    values[count++] = (byte)(b % bound);
            }
        }

        CryptographicOperations.ZeroMemory(random);
    }

    public static void FillRandom(Span<byte> bytes, Action<Span<byte>>? fillRandom)
    {
        if (fillRandom is null)
            RandomNumberGenerator.Fill(bytes);
        else
            fillRandom(bytes);
    }
}
