using System.Numerics;
using System.Security.Cryptography;

namespace PersoMesh.Emv;

/// <summary>
/// A private RSA key in process memory: for tests and for the embedded demonstration. Signs by the Chinese remainder theorem on a
/// blinded block and checks the result, since a faulty CRT signature gives the key away.
/// </summary>
/// <remarks>
/// The numbers cannot be erased from memory and their arithmetic does not run in constant time: keys that matter belong into an HSM.
/// Not thread-safe.
/// </remarks>
public sealed class SoftwareRsaSigner : IRsaSigner
{
    readonly BigInteger _n;
    readonly BigInteger _e;
    readonly BigInteger _p;
    readonly BigInteger _q;
    readonly BigInteger _dp;
    readonly BigInteger _dq;
    readonly BigInteger _inverseQ;

    /// <summary>Takes a private key.</summary>
    /// <param name="key">With all private parts. The caller keeps and erases its arrays.</param>
    /// <exception cref="ArgumentException">
    /// A part is missing, the parts do not belong together, or EMV does not allow the public key.
    /// </exception>
    public SoftwareRsaSigner(RSAParameters key)
    {
        PublicKey = new RsaPublicKey(key.Modulus, key.Exponent.AsSpan().TrimStart((byte)0));
        if (key.P is null || key.Q is null || key.DP is null || key.DQ is null || key.InverseQ is null)
            throw new ArgumentException("A private part of the RSA key is missing.", nameof(key));
        (_n, _e) = (Number(key.Modulus), Number(key.Exponent));
        (_p, _q) = (Number(key.P), Number(key.Q));
        (_dp, _dq, _inverseQ) = (Number(key.DP), Number(key.DQ), Number(key.InverseQ));
        if (_p * _q != _n || _inverseQ * _q % _p != 1 || _dp * _e % (_p - 1) != 1 || _dq * _e % (_q - 1) != 1)
            throw new ArgumentException("The parts do not make one RSA key.", nameof(key));
    }

    /// <summary>The public key.</summary>
    public RsaPublicKey PublicKey { get; }

    /// <inheritdoc />
    public int ModulusLength => PublicKey.ModulusLength;

    /// <inheritdoc />
    public void SignRaw(ReadOnlySpan<byte> block, Span<byte> signature)
    {
        if (block.Length != ModulusLength || signature.Length != ModulusLength)
            throw new ArgumentException(
                $"Block and signature have {ModulusLength} bytes, got {block.Length} and {signature.Length}.", nameof(block));
        var message = new BigInteger(block, isUnsigned: true, isBigEndian: true);
        if (message >= _n)
            throw new ArgumentException("The block is not below the modulus.", nameof(block));

        var (blinding, unblinding) = Blinding();
        var blinded = message * BigInteger.ModPow(blinding, _e, _n) % _n;
        var left = BigInteger.ModPow(blinded, _dp, _p);
        var right = BigInteger.ModPow(blinded, _dq, _q);
        var difference = (left - right) * _inverseQ % _p;
        if (difference.Sign < 0)
            difference += _p;
        var result = (right + (difference * _q)) * unblinding % _n;
        if (BigInteger.ModPow(result, _e, _n) != message)
            throw new CryptographicException("The RSA calculation failed; nothing was signed.");
        BigEndian.Write(result, signature);
    }

    /// <summary>Length and exponent of the public key.</summary>
    public override string ToString() => $"RSA signer, {ModulusLength * 8} bits";

    static BigInteger Number(ReadOnlySpan<byte> value) => new(value, isUnsigned: true, isBigEndian: true);

    (BigInteger R, BigInteger Inverse) Blinding()
    {
        Span<byte> random = stackalloc byte[ModulusLength];
        while (true)
        {
            RandomNumberGenerator.Fill(random);
            var r = new BigInteger(random, isUnsigned: true, isBigEndian: true) % _n;
            if (TryInvert(r) is { } inverse)
                return (r, inverse);
        }
    }

    BigInteger? TryInvert(BigInteger value)
    {
        var (a, b) = (value, _n);
        var (x, nextX) = (BigInteger.One, BigInteger.Zero);
        while (!b.IsZero)
        {
            var quotient = BigInteger.DivRem(a, b, out var remainder);
            (a, b) = (b, remainder);
            (x, nextX) = (nextX, x - (quotient * nextX));
        }

        return !a.IsOne ? null : x.Sign < 0 ? x + _n : x;
    }
}
