using System.Security.Cryptography;

namespace PersoMesh.Emv;

/// <summary>
/// A PIN of 4 to 12 decimal digits (ISO 9564-1) in clear. Pinned in memory and zeroed on <see cref="Dispose"/>;
/// <see cref="ToString"/> shows nothing of it, not even its length.
/// </summary>
/// <remarks>Not thread-safe. Whoever receives a PIN from this library owns it and disposes it.</remarks>
public sealed class Pin : IDisposable
{
    /// <summary>Fewest digits.</summary>
    public const int MinLength = 4;

    /// <summary>Most digits.</summary>
    public const int MaxLength = 12;

    readonly byte[] _digits;

    /// <summary>Copies the digits; the caller keeps and zeroes its own buffer.</summary>
    /// <param name="digits">4 to 12 characters 0 to 9.</param>
    /// <exception cref="ArgumentException">Anything else; the message does not repeat the input.</exception>
    public Pin(ReadOnlySpan<char> digits)
    {
        if (digits.Length is < MinLength or > MaxLength || !DecimalDigits.AreDigits(digits))
            throw new ArgumentException($"A PIN has {MinLength} to {MaxLength} decimal digits.", nameof(digits));
        _digits = Allocate(digits.Length);
        DecimalDigits.FromText(digits, _digits);
    }

    Pin(byte[] digits) => _digits = digits;

    /// <summary>Number of digits.</summary>
    public int Length => _digits.Length;

    /// <summary>The digits as numbers 0 to 9, leftmost first.</summary>
    internal ReadOnlySpan<byte> Digits => _digits;

    /// <summary>Draws a PIN, every value equally likely.</summary>
    /// <param name="length">4 to 12.</param>
    /// <param name="fillRandom">A random number generator, such as that of the security module; the platform's when null.</param>
    public static Pin Generate(int length, Action<Span<byte>>? fillRandom = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        var digits = Allocate(length);
        RandomNibbles.Fill(digits, 10, fillRandom);
        return new Pin(digits);
    }

    /// <summary>Copies digits 0 to 9.</summary>
    internal static Pin FromDigits(ReadOnlySpan<byte> digits)
    {
        var copy = Allocate(digits.Length);
        digits.CopyTo(copy);
        return new Pin(copy);
    }

    /// <summary>Writes the digits as characters, for a PIN mailer.</summary>
    /// <param name="destination">At least <see cref="Length"/> characters; owned by the caller, who clears it.</param>
    public void CopyTo(Span<char> destination) => DecimalDigits.ToText(_digits, destination);

    /// <summary>Compares in a time that does not depend on where they differ.</summary>
    /// <param name="other">The other PIN.</param>
    public bool FixedTimeEquals(Pin other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(_digits, other._digits);
    }

    /// <summary>Zeroes the digits.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_digits);

    /// <summary>Nothing of the PIN.</summary>
    public override string ToString() => "PIN";

    static byte[] Allocate(int length) => GC.AllocateArray<byte>(length, pinned: true);
}
