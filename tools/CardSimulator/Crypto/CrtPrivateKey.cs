using Org.BouncyCastle.Math;

namespace PersoMesh.CardSimulator.Crypto;

/// <summary>An RSA private key as five numbers, as five data groupings of EMV CPS bring it.</summary>
sealed class CrtPrivateKey
{
    readonly BigInteger _inverseQ;
    readonly BigInteger _dq;
    readonly BigInteger _dp;
    readonly BigInteger _q;
    readonly BigInteger _p;

    CrtPrivateKey(byte[] inverseQ, byte[] dq, byte[] dp, byte[] q, byte[] p)
    {
        (_inverseQ, _dq, _dp, _q, _p) = (Number(inverseQ), Number(dq), Number(dp), Number(q), Number(p));
        Length = (_p.Multiply(_q).BitLength + 7) / 8;
    }

    /// <summary>Length of the modulus in bytes.</summary>
    public int Length { get; }

    /// <summary>Reads the key of an application.</summary>
    /// <param name="secrets">Its secret data groupings.</param>
    /// <param name="firstDgi">The one with q⁻¹ mod p; d mod (q − 1), d mod (p − 1), q and p follow: 8201 or 8301.</param>
    /// <returns>Null when one is missing, or when the primes are none.</returns>
    public static CrtPrivateKey? Of(IReadOnlyDictionary<int, byte[]> secrets, int firstDgi) =>
        Enumerable.Range(firstDgi, 5).Select(dgi => secrets.GetValueOrDefault(dgi)).OfType<byte[]>().ToArray()
            is [var inverseQ, var dq, var dp, var q, var p] && IsPositive(q) && IsPositive(p) ? new(inverseQ, dq, dp, q, p) : null;

    /// <summary>Calculates with the key.</summary>
    /// <param name="block">As long as the modulus.</param>
    public byte[] Apply(byte[] block)
    {
        var message = Number(block);
        var (left, right) = (message.ModPow(_dp, _p), message.ModPow(_dq, _q));
        var result = right.Add(left.Subtract(right).Multiply(_inverseQ).Mod(_p).Multiply(_q)).ToByteArrayUnsigned();
        return [.. new byte[Length - result.Length], .. result];
    }

    static bool IsPositive(byte[] value) => value.AsSpan().ContainsAnyExcept((byte)0);

    static BigInteger Number(byte[] value) => new(1, value);
}
