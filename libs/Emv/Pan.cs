using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.Emv;

/// <summary>
/// A primary account number (ISO/IEC 7812-1): 1 to 19 decimal digits. Immutable. Cardholder data:
/// <see cref="ToString"/> shows the number of digits only.
/// </summary>
/// <remarks>The Luhn digit is not checked: test ranges and private schemes do without.</remarks>
public sealed class Pan : IEquatable<Pan>
{
    /// <summary>Most digits that a PAN can have.</summary>
    public const int MaxLength = 19;

    readonly byte[] _digits;

    Pan(byte[] digits) => _digits = digits;

    /// <summary>Number of decimal digits, 1 to 19.</summary>
    public int Length => _digits.Length;

    /// <summary>The digits as numbers 0 to 9, leftmost first.</summary>
    internal ReadOnlySpan<byte> Digits => _digits;

    /// <summary>Reads a PAN written in decimal digits.</summary>
    /// <param name="digits">1 to 19 characters 0 to 9, no separators.</param>
    /// <exception cref="ArgumentException">Anything else; the message does not repeat the input.</exception>
    public static Pan Parse(ReadOnlySpan<char> digits) => TryParse(digits, out var pan)
        ? pan
        : throw new ArgumentException(
            $"A PAN has 1 to {MaxLength} decimal digits and nothing else; got {digits.Length} characters.", nameof(digits));

    /// <summary>Reads a PAN written in decimal digits.</summary>
    /// <param name="digits">1 to 19 characters 0 to 9, no separators.</param>
    /// <param name="pan">The PAN.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> digits, [NotNullWhen(true)] out Pan? pan)
    {
        pan = null;
        if (digits.Length is 0 or > MaxLength || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        var values = new byte[digits.Length];
        DecimalDigits.FromText(digits, values);
        pan = new Pan(values);
        return true;
    }

    /// <summary>Reads a PAN in format cn (EMV Book 3 §4.3): two digits a byte, left justified, filled with F, as in tag 5A.</summary>
    /// <param name="compressed">1 to 10 bytes.</param>
    /// <param name="pan">The PAN.</param>
    /// <returns>False when a nibble is neither a digit nor part of the fill, or when there are no digits or too many.</returns>
    public static bool TryFromCompressedNumeric(ReadOnlySpan<byte> compressed, [NotNullWhen(true)] out Pan? pan)
    {
        pan = null;
        Span<byte> digits = stackalloc byte[MaxLength];
        var count = 0;
        var inFill = false;
        for (var i = 0; i < compressed.Length * 2; i++)
        {
            var nibble = (byte)(i % 2 == 0 ? compressed[i / 2] >> 4 : compressed[i / 2] & 0x0F);
            if (nibble == 0x0F)
            {
                inFill = true;
                continue;
            }

            if (inFill || nibble > 9 || count == MaxLength)
                return false;
            digits[count++] = nibble;
        }

        if (count == 0)
            return false;
        pan = new Pan(digits[..count].ToArray());
        return true;
    }

    /// <summary>Writes format cn (EMV Book 3 §4.3): two digits a byte, left justified, the rest filled with F.</summary>
    /// <param name="destination">
    /// At least <see cref="CompressedLength"/> bytes (10 in an ICC certificate); filled completely; owned by the caller.
    /// </param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void WriteCompressedNumeric(Span<byte> destination)
    {
        if (destination.Length < CompressedLength)
            throw new ArgumentException($"The PAN needs {CompressedLength} bytes in format cn.", nameof(destination));
        destination.Fill(0xFF);
        for (var i = 0; i < _digits.Length; i++)
            DecimalDigits.SetNibble(destination, i, _digits[i]);
    }

    /// <summary>Bytes that the PAN takes in format cn without further fill: the length of tag 5A.</summary>
    public int CompressedLength => (_digits.Length + 1) / 2;

    /// <summary>The value of tag 5A.</summary>
    public byte[] ToCompressedNumeric()
    {
        var value = new byte[CompressedLength];
        WriteCompressedNumeric(value);
        return value;
    }

    /// <summary>
    /// The Issuer Identifier of an issuer certificate (EMV Book 2 table 2): the leftmost digits of the PAN, filled with F to 4 bytes.
    /// </summary>
    /// <param name="digits">How many digits, 3 to 8 and no more than the PAN has.</param>
    public byte[] IssuerIdentifier(int digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, Math.Min(8, Length));
        byte[] identifier = [0xFF, 0xFF, 0xFF, 0xFF];
        for (var i = 0; i < digits; i++)
            DecimalDigits.SetNibble(identifier, i, _digits[i]);
        return identifier;
    }

    /// <summary>Whether the PAN begins with an Issuer Identifier (EMV Book 2 §6.3 step 8): 3 to 8 digits, then only F.</summary>
    /// <param name="identifier">4 bytes.</param>
    public bool MatchesIssuerIdentifier(ReadOnlySpan<byte> identifier) =>
        identifier.Length == 4 && TryFromCompressedNumeric(identifier, out var prefix)
        && prefix.Length >= 3 && Digits.StartsWith(prefix.Digits);

    /// <summary>Writes the digits as characters.</summary>
    /// <param name="destination">At least <see cref="Length"/> characters; owned by the caller.</param>
    public void CopyTo(Span<char> destination) => DecimalDigits.ToText(_digits, destination);

    /// <inheritdoc />
    public bool Equals(Pan? other) => other is not null && Digits.SequenceEqual(other.Digits);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Pan);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_digits);
        return hash.ToHashCode();
    }

    /// <summary>The number of digits only.</summary>
    public override string ToString() => $"PAN of {Length} digits";
}
