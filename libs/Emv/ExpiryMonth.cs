using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.Emv;

/// <summary>A month after which a card or a certificate is no longer valid; it is valid up to and including the last day.</summary>
/// <param name="Year">Four digits, 1950 to 2049: what two digits can say (EMV Book 4 §6.7.3).</param>
/// <param name="Month">1 to 12.</param>
public sealed record ExpiryMonth(int Year, int Month)
{
    /// <summary>Four digits, 1950 to 2049.</summary>
    public int Year { get; } = Year is >= 1950 and <= 2049
        ? Year
        : throw new ArgumentOutOfRangeException(nameof(Year), Year, "Two digits of a year mean 1950 to 2049 (EMV Book 4 §6.7.3).");

    /// <summary>1 to 12.</summary>
    public int Month { get; } = Month is >= 1 and <= 12
        ? Month
        : throw new ArgumentOutOfRangeException(nameof(Month), Month, "A month is 1 to 12.");

    /// <summary>The last valid day.</summary>
    public DateOnly LastDay => new(Year, Month, DateTime.DaysInMonth(Year, Month));

    /// <summary>The month that a date lies in: the month of tag 5F24, for instance.</summary>
    public static ExpiryMonth Of(DateOnly date) => new(date.Year, date.Month);

    /// <summary>Reads MMYY in format n4, as in certificates.</summary>
    /// <param name="value">2 bytes.</param>
    /// <param name="month">The month.</param>
    /// <returns>False when this is no month.</returns>
    public static bool TryFromMmYy(ReadOnlySpan<byte> value, [NotNullWhen(true)] out ExpiryMonth? month)
    {
        month = null;
        if (value.Length != 2 || !TryFromBcd(value[0], out var mm) || !TryFromBcd(value[1], out var yy) || mm is < 1 or > 12)
            return false;
        month = new ExpiryMonth(yy <= 49 ? 2000 + yy : 1900 + yy, mm);
        return true;
    }

    /// <summary>Reads the four digits YYMM, as on the magnetic stripe.</summary>
    /// <param name="digits">Four characters.</param>
    /// <param name="month">The month.</param>
    /// <returns>False when this is no month.</returns>
    public static bool TryParseYyMm(ReadOnlySpan<char> digits, [NotNullWhen(true)] out ExpiryMonth? month)
    {
        month = null;
        return digits.Length == 4 && DecimalDigits.AreDigits(digits)
            && TryFromMmYy(Convert.FromHexString([.. digits[2..], .. digits[..2]]), out month);
    }

    /// <summary>Writes MMYY in format n4, as in certificates (EMV Book 2 tables 2 and 11).</summary>
    /// <param name="destination">2 bytes; owned by the caller.</param>
    public void WriteMmYy(Span<byte> destination)
    {
        destination[0] = ToBcd(Month);
        destination[1] = ToBcd(Year % 100);
    }

    /// <summary>The four digits YYMM, as on the magnetic stripe.</summary>
    public string ToYyMm() => $"{Year % 100:00}{Month:00}";

    /// <summary>The four digits MMYY, as printed on the card.</summary>
    public string ToMmYy() => $"{Month:00}{Year % 100:00}";

    /// <summary>MM/YYYY.</summary>
    public override string ToString() => $"{Month:00}/{Year}";

    static byte ToBcd(int value) => (byte)(((value / 10) << 4) | (value % 10));

    static bool TryFromBcd(byte bcd, out int value)
    {
        value = ((bcd >> 4) * 10) + (bcd & 0x0F);
        return bcd >> 4 <= 9 && (bcd & 0x0F) <= 9;
    }
}
