using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>The four-digit PIN verification value (PVV): a check of PAN, key index and the first four PIN digits.</summary>
public static class PinVerificationValue
{
    /// <summary>Number of digits.</summary>
    public const int Length = 4;

    /// <summary>Computes a PVV. Decimal digits of the cryptogram come first, then its letters A to F as 0 to 5.</summary>
    /// <param name="pinVerificationKey">The PIN verification key pair as one 3DES key.</param>
    /// <param name="pan">At least 12 digits.</param>
    /// <param name="keyIndex">PVKI, 0 to 9; 1 to 6 in practice.</param>
    /// <param name="pin">Only its four leftmost digits count; still owned by the caller.</param>
    /// <param name="destination">Receives 4 digits; owned by the caller.</param>
    /// <exception cref="ArgumentException">Not a 3DES key, the PAN is too short, or the destination has not 4 characters.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static void Compute(ISecretKey pinVerificationKey, Pan pan, int keyIndex, Pin pin, Span<char> destination)
    {
        TripleDesKey.Require(pinVerificationKey, nameof(pinVerificationKey));
        ArgumentNullException.ThrowIfNull(pan);
        ArgumentNullException.ThrowIfNull(pin);
        ArgumentOutOfRangeException.ThrowIfNegative(keyIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keyIndex, 9);
        if (pan.Length < 12)
            throw new ArgumentException("A PVV needs a PAN of at least 12 digits.", nameof(pan));
        if (destination.Length != Length)
            throw new ArgumentException($"A PVV has {Length} digits.", nameof(destination));

        // Transformed security parameter: 11 rightmost PAN digits without the check digit, PVKI, 4 PIN digits.
        Span<byte> block = stackalloc byte[8];
        Span<byte> digits = stackalloc byte[Length];
        var panDigits = pan.Digits[^12..^1];
        for (var i = 0; i < 11; i++)
            DecimalDigits.SetNibble(block, i, panDigits[i]);
        DecimalDigits.SetNibble(block, 11, keyIndex);
        for (var i = 0; i < 4; i++)
            DecimalDigits.SetNibble(block, 12 + i, pin.Digits[i]);
        pinVerificationKey.EncryptEcb(block, block);
        DecimalDigits.Select(block, digits);
        DecimalDigits.ToText(digits, destination);
        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(digits);
    }

    /// <summary>Whether a PIN belongs to a PVV.</summary>
    /// <param name="pinVerificationKey">The PIN verification key pair as one 3DES key.</param>
    /// <param name="pan">At least 12 digits.</param>
    /// <param name="keyIndex">PVKI, 0 to 9.</param>
    /// <param name="pin">The PIN; still owned by the caller.</param>
    /// <param name="value">4 digits.</param>
    /// <exception cref="ArgumentException">Not a 3DES key, or the PAN is too short.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public static bool Verify(ISecretKey pinVerificationKey, Pan pan, int keyIndex, Pin pin, ReadOnlySpan<char> value)
    {
        Span<char> expected = stackalloc char[Length];
        Compute(pinVerificationKey, pan, keyIndex, pin, expected);
        return SecretText.FixedTimeEquals(expected, value);
    }
}
