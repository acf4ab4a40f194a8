namespace PersoMesh.Emv;

/// <summary>Decimal digits as bytes 0 to 9, as characters, and as nibbles.</summary>
static class DecimalDigits
{
    public static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    public static void FromText(ReadOnlySpan<char> text, Span<byte> digits)
    {
        for (var i = 0; i < text.Length; i++)
            digits[i] = (byte)(text[i] - '0');
    }

    public static void ToText(ReadOnlySpan<byte> digits, Span<char> text)
    {
        for (var i = 0; i < digits.Length; i++)
            text[i] = (char)('0' + digits[i]);
    }

    /// <summary>Sets nibble <paramref name="index"/>, counted from the left.</summary>
    public static void SetNibble(Span<byte> bytes, int index, int value)
    {
        ref var target = ref bytes[index / 2];
        target = index % 2 == 0 ? (byte)((target & 0x0F) | (value << 4)) : (byte)((target & 0xF0) | value);
    }

    /// <summary>Gets nibble <paramref name="index"/>, counted from the left.</summary>
    public static byte GetNibble(ReadOnlySpan<byte> bytes, int index) =>
        (byte)(index % 2 == 0 ? bytes[index / 2] >> 4 : bytes[index / 2] & 0x0F);

    /// <summary>
    /// Picks decimal digits out of a cryptogram: first its nibbles 0–9 from left to right, then, when they do not suffice, its
    /// nibbles A–F from left to right as 0–5. The same rule makes Y of EMV Book 2 §A1.4.2, the PVV and the CVV.
    /// </summary>
    /// <param name="source">At least half as many bytes as digits are wanted.</param>
    /// <param name="digits">Filled with values 0 to 9.</param>
    public static void Select(ReadOnlySpan<byte> source, Span<byte> digits)
    {
        var count = 0;
        for (var i = 0; i < source.Length * 2 && count < digits.Length; i++)
        {
            if (GetNibble(source, i) is var nibble and <= 9)
                digits[count++] = nibble;
        }

        for (var i = 0; i < source.Length * 2 && count < digits.Length; i++)
        {
            if (GetNibble(source, i) is var nibble and > 9)
                digits[count++] = (byte)(nibble - 10);
        }
    }
}
