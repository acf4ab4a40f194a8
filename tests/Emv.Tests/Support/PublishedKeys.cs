using System.Numerics;
using System.Security.Cryptography;

namespace PersoMesh.Emv.Tests;

/// <summary>The private keys of mrautio/emv-card-simulator, all with exponent 3, rebuilt from their published primes.</summary>
static class PublishedKeys
{
    public static readonly RSAParameters Ca = FromPrimes("ca");
    public static readonly RSAParameters Issuer = FromPrimes("issuer");
    public static readonly RSAParameters Icc = FromPrimes("icc");

    static RSAParameters FromPrimes(string owner)
    {
        var p = Number(VectorFile.CardSimulator[$"{owner}Prime1"]);
        var q = Number(VectorFile.CardSimulator[$"{owner}Prime2"]);
        var length = VectorFile.CardSimulator[$"{owner}Modulus"].Length;
        var half = (length + 1) / 2;
        BigInteger e = 3;
        var phi = (p - 1) * (q - 1);
        // With e = 3 the private exponent is (k·phi + 1) / 3 for the one k of 1 and 2 that divides.
        var d = (phi + 1) % e == 0 ? (phi + 1) / e : ((2 * phi) + 1) / e;
        return new RSAParameters
        {
            Modulus = Bytes(p * q, length),
            Exponent = [0x03],
            D = Bytes(d, length),
            P = Bytes(p, half),
            Q = Bytes(q, half),
            DP = Bytes(d % (p - 1), half),
            DQ = Bytes(d % (q - 1), half),
            InverseQ = Bytes(BigInteger.ModPow(q, p - 2, p), half),
        };
    }

    static BigInteger Number(byte[] value) => new(value, isUnsigned: true, isBigEndian: true);

    static byte[] Bytes(BigInteger value, int length)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
