using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace PersoMesh.Emv;

/// <summary>
/// A public RSA key as EMV allows it (4.3 Book 2 §B2.1): a modulus of whole bytes with its top bit set, exponent 3 or 65537. Immutable.
/// </summary>
public sealed class RsaPublicKey : IEquatable<RsaPublicKey>
{
    /// <summary>The longest modulus in bytes (EMV 4.3 Book 2 table 28).</summary>
    public const int MaxModulusLength = 248;

    /// <summary>The shortest modulus that holds a certificate or a signature with some key digits in it; schemes demand far more.</summary>
    public const int MinModulusLength = 64;

    readonly byte[] _modulus;
    readonly byte[] _exponent;
    readonly BigInteger _n;
    readonly BigInteger _e;

    RsaPublicKey(byte[] modulus, byte[] exponent)
    {
        (_modulus, _exponent) = (modulus, exponent);
        _n = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        _e = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Creates a key; copies both numbers.</summary>
    /// <param name="modulus">64 to 248 bytes, big-endian, odd, top bit set.</param>
    /// <param name="exponent">03, or 01 00 01.</param>
    /// <exception cref="ArgumentException">Not such a key.</exception>
    public RsaPublicKey(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
        : this(Accepted(modulus, exponent), exponent.ToArray())
    {
    }

    /// <summary>Length of the modulus in bytes.</summary>
    public int ModulusLength => _modulus.Length;

    /// <summary>The modulus, big-endian.</summary>
    public ReadOnlyMemory<byte> Modulus => _modulus;

    /// <summary>The exponent: 03, or 01 00 01.</summary>
    public ReadOnlyMemory<byte> Exponent => _exponent;

    /// <summary>Creates a key if the numbers are one; copies both.</summary>
    /// <param name="modulus">64 to 248 bytes, big-endian, odd, top bit set.</param>
    /// <param name="exponent">03, or 01 00 01.</param>
    /// <param name="key">The key.</param>
    public static bool TryCreate(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, [NotNullWhen(true)] out RsaPublicKey? key)
    {
        key = Objection(modulus, exponent) is null ? new RsaPublicKey(modulus.ToArray(), exponent.ToArray()) : null;
        return key is not null;
    }

    /// <summary>Raises a signature or a block to the public exponent (EMV 4.3 Book 2 §B2.1.3).</summary>
    /// <param name="input">Exactly <see cref="ModulusLength"/> bytes, big-endian.</param>
    /// <param name="output">Receives <see cref="ModulusLength"/> bytes, big-endian; owned by the caller.</param>
    /// <returns>False when the number is not below the modulus: then it is no signature of this key.</returns>
    public bool TryApply(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length != ModulusLength || output.Length != ModulusLength)
            throw new ArgumentException(
                $"Input and output have {ModulusLength} bytes, got {input.Length} and {output.Length}.", nameof(input));
        var value = new BigInteger(input, isUnsigned: true, isBigEndian: true);
        if (value >= _n)
            return false;
        BigEndian.Write(BigInteger.ModPow(value, _e, _n), output);
        return true;
    }

    /// <inheritdoc />
    public bool Equals(RsaPublicKey? other) =>
        other is not null && _modulus.AsSpan().SequenceEqual(other._modulus) && _exponent.AsSpan().SequenceEqual(other._exponent);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as RsaPublicKey);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_n, _e);

    /// <summary>Length and exponent.</summary>
    public override string ToString() => $"RSA public key, {ModulusLength * 8} bits, e={_e}";

    static byte[] Accepted(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent) =>
        Objection(modulus, exponent) is { } objection ? throw new ArgumentException(objection, nameof(modulus)) : modulus.ToArray();

    static string? Objection(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        if (modulus.Length is < MinModulusLength or > MaxModulusLength)
            return $"The modulus has {modulus.Length} bytes; {MinModulusLength} to {MaxModulusLength} are allowed (EMV 4.3 Book 2 §B2.1).";
        if ((modulus[0] & 0x80) == 0)
            return "The leftmost bit of the modulus is not set (EMV 4.3 Book 2 §5.1).";
        if ((modulus[^1] & 1) == 0)
            return "The modulus is even.";
        return exponent is [0x03] or [0x01, 0x00, 0x01] ? null : "The exponent is neither 03 nor 010001 (EMV 4.3 Book 2 §B2.1).";
    }
}
