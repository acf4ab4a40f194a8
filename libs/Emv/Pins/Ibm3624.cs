using System.Security.Cryptography;
using PersoMesh.Keys;

namespace PersoMesh.Emv;

/// <summary>
/// The IBM 3624 PIN method: a natural PIN calculated from validation data (part of the PAN) under a PIN verification key,
/// and an offset that leads from it to the PIN that the cardholder has. Immutable.
/// </summary>
public sealed class Ibm3624
{
    readonly byte[] _table = new byte[16];
    readonly int _start;
    readonly int _length;
    readonly byte _pad;

    /// <summary>Fixes the issuer's parameters.</summary>
    /// <param name="decimalisationTable">16 decimal digits: what the hexadecimal digits 0 to F become.</param>
    /// <param name="validationStart">Where in the PAN the validation data begins, from 0.</param>
    /// <param name="validationLength">How many PAN digits it has, 1 to 16.</param>
    /// <param name="pad">The hexadecimal digit that fills it up to 16 on the right.</param>
    /// <exception cref="ArgumentException">A parameter is outside its range.</exception>
    public Ibm3624(string decimalisationTable, int validationStart = 0, int validationLength = 16, char pad = 'F')
    {
        ArgumentNullException.ThrowIfNull(decimalisationTable);
        if (decimalisationTable.Length != 16 || !DecimalDigits.AreDigits(decimalisationTable))
            throw new ArgumentException("A decimalisation table has 16 decimal digits.", nameof(decimalisationTable));
        if (!char.IsAsciiHexDigit(pad))
            throw new ArgumentException("The pad character is a hexadecimal digit.", nameof(pad));
        ArgumentOutOfRangeException.ThrowIfNegative(validationStart);
        ArgumentOutOfRangeException.ThrowIfLessThan(validationLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validationLength, 16);
        DecimalDigits.FromText(decimalisationTable, _table);
        (_start, _length, _pad) = (validationStart, validationLength, (byte)Convert.ToInt32(pad.ToString(), 16));
    }

    /// <summary>Computes the natural PIN: the PIN of offset 0.</summary>
    /// <param name="pinVerificationKey">A 3DES key.</param>
    /// <param name="pan">Must reach as far as the validation data.</param>
    /// <param name="length">4 to 12 digits.</param>
    /// <returns>The PIN; disposed by the caller.</returns>
    /// <exception cref="ArgumentException">Not a 3DES key, or the PAN is too short.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public Pin NaturalPin(ISecretKey pinVerificationKey, Pan pan, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Pin.MinLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Pin.MaxLength);
        Span<byte> natural = stackalloc byte[16];
        Natural(pinVerificationKey, pan, natural);
        var pin = Pin.FromDigits(natural[..length]);
        CryptographicOperations.ZeroMemory(natural);
        return pin;
    }

    /// <summary>Computes the PIN that belongs to an offset: natural PIN plus offset, digit by digit modulo 10.</summary>
    /// <param name="pinVerificationKey">A 3DES key.</param>
    /// <param name="pan">Must reach as far as the validation data.</param>
    /// <param name="offset">4 to 12 decimal digits; gives the PIN its length.</param>
    /// <returns>The PIN; disposed by the caller.</returns>
    /// <exception cref="ArgumentException">Not a 3DES key, the PAN is too short, or the offset is not decimal.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public Pin PinFromOffset(ISecretKey pinVerificationKey, Pan pan, ReadOnlySpan<char> offset)
    {
        if (offset.Length is < Pin.MinLength or > Pin.MaxLength || !DecimalDigits.AreDigits(offset))
            throw new ArgumentException($"An offset has {Pin.MinLength} to {Pin.MaxLength} decimal digits.", nameof(offset));
        Span<byte> digits = stackalloc byte[16];
        Natural(pinVerificationKey, pan, digits);
        for (var i = 0; i < offset.Length; i++)
            digits[i] = (byte)((digits[i] + offset[i] - '0') % 10);
        var pin = Pin.FromDigits(digits[..offset.Length]);
        CryptographicOperations.ZeroMemory(digits);
        return pin;
    }

    /// <summary>Computes the offset of a PIN: PIN minus natural PIN, digit by digit modulo 10.</summary>
    /// <param name="pinVerificationKey">A 3DES key.</param>
    /// <param name="pan">Must reach as far as the validation data.</param>
    /// <param name="pin">The PIN; still owned by the caller.</param>
    /// <param name="offset">Receives as many digits as the PIN has; owned by the caller.</param>
    /// <exception cref="ArgumentException">
    /// Not a 3DES key, the PAN is too short, or the destination has another length than the PIN.
    /// </exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public void ComputeOffset(ISecretKey pinVerificationKey, Pan pan, Pin pin, Span<char> offset)
    {
        ArgumentNullException.ThrowIfNull(pin);
        if (offset.Length != pin.Length)
            throw new ArgumentException("The offset has as many digits as the PIN.", nameof(offset));
        Span<byte> natural = stackalloc byte[16];
        Natural(pinVerificationKey, pan, natural);
        for (var i = 0; i < pin.Length; i++)
            offset[i] = (char)('0' + ((10 + pin.Digits[i] - natural[i]) % 10));
        CryptographicOperations.ZeroMemory(natural);
    }

    /// <summary>Whether a PIN belongs to an offset.</summary>
    /// <param name="pinVerificationKey">A 3DES key.</param>
    /// <param name="pan">Must reach as far as the validation data.</param>
    /// <param name="pin">The PIN; still owned by the caller.</param>
    /// <param name="offset">4 to 12 decimal digits.</param>
    /// <exception cref="ArgumentException">Not a 3DES key, the PAN is too short, or the offset is not decimal.</exception>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public bool Verify(ISecretKey pinVerificationKey, Pan pan, Pin pin, ReadOnlySpan<char> offset)
    {
        ArgumentNullException.ThrowIfNull(pin);
        using var expected = PinFromOffset(pinVerificationKey, pan, offset);
        return expected.FixedTimeEquals(pin);
    }

    void Natural(ISecretKey pinVerificationKey, Pan pan, Span<byte> digits)
    {
        ArgumentNullException.ThrowIfNull(pan);
        TripleDesKey.Require(pinVerificationKey, nameof(pinVerificationKey));
        if (_start + _length > pan.Length)
            throw new ArgumentException($"The validation data ends at digit {_start + _length}, the PAN at {pan.Length}.", nameof(pan));
        Span<byte> block = stackalloc byte[8];
        for (var i = 0; i < 16; i++)
            DecimalDigits.SetNibble(block, i, i < _length ? pan.Digits[_start + i] : _pad);
        pinVerificationKey.EncryptEcb(block, block);
        for (var i = 0; i < 16; i++)
            digits[i] = _table[DecimalDigits.GetNibble(block, i)];
        CryptographicOperations.ZeroMemory(block);
    }
}
