using System.Buffers.Binary;
using System.Globalization;

namespace PersoMesh.SmartCard.Tlv;

/// <summary>The class of a BER tag, bits 8 and 7 of its first byte (X.690 §8.1.2.2).</summary>
public enum TagClass
{
    /// <summary>00: types of ASN.1.</summary>
    Universal,

    /// <summary>01: the same meaning everywhere in the field (interindustry).</summary>
    Application,

    /// <summary>10: the meaning depends on the template around it.</summary>
    ContextSpecific,

    /// <summary>11.</summary>
    Private,
}

/// <summary>
/// A tag of BER-TLV, 1 to 4 bytes (ISO/IEC 7816-4 §5.2.2, X.690 §8.1.2), written as the number that its bytes make: 9F38 is 0x9F38.
/// </summary>
/// <remarks>
/// EMV uses numbers below 31 in two-byte tags (9F02), which X.690 does not; they are taken. Tag 00 is never one: it is padding in EMV and
/// end-of-contents in X.690. <c>default</c> is 00, that is, no tag.
/// </remarks>
public readonly record struct BerTag
{
    /// <summary>The longest tag in bytes.</summary>
    public const int MaxLength = 4;

    /// <summary>Creates a tag.</summary>
    /// <param name="value">The tag's bytes as a big-endian number without leading zero bytes.</param>
    /// <exception cref="ArgumentException">The bytes are not one whole tag.</exception>
    public BerTag(uint value)
    {
        if (!IsWellFormed(value))
            throw new ArgumentException($"{value:X2} is not a BER tag of 1 to {MaxLength} bytes.", nameof(value));
        Value = value;
    }

    /// <summary>The tag's bytes as a big-endian number.</summary>
    public uint Value { get; }

    /// <summary>Length of the tag in bytes, 1 to 4.</summary>
    public int Length => LengthOf(Value);

    /// <summary>Class bits.</summary>
    public TagClass Class => (TagClass)(FirstByte >> 6);

    /// <summary>True when the value is a sequence of TLVs (bit 6 of the first byte).</summary>
    public bool IsConstructed => (FirstByte & 0x20) != 0;

    byte FirstByte => (byte)(Value >> (8 * (Length - 1)));

    /// <summary>Creates a tag from a literal, as in <c>writer.Write(0x9F38, …)</c>.</summary>
    /// <param name="value">As in the constructor.</param>
    /// <exception cref="ArgumentException">The bytes are not one whole tag.</exception>
    public static implicit operator BerTag(uint value) => new(value);

    /// <summary>Creates a tag if the number is one.</summary>
    /// <param name="value">The tag's bytes as a big-endian number without leading zero bytes.</param>
    /// <param name="tag">The tag.</param>
    public static bool TryCreate(uint value, out BerTag tag)
    {
        tag = IsWellFormed(value) ? new BerTag(value) : default;
        return tag != default;
    }

    /// <summary>Reads the hexadecimal form of a tag, as in profiles and tables.</summary>
    /// <param name="hex">2 to 8 hexadecimal digits, upper or lower case, nothing around them.</param>
    /// <param name="tag">The tag.</param>
    public static bool TryParse(ReadOnlySpan<char> hex, out BerTag tag)
    {
        tag = default;
        return hex.Length is >= 2 and <= 2 * MaxLength && hex.Length % 2 == 0
            && uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && TryCreate(value, out tag) && tag.Length == hex.Length / 2;
    }

    /// <summary>Reads the tag at the start of a buffer.</summary>
    /// <param name="data">Begins with the tag; may go on after it.</param>
    /// <param name="tag">The tag; its <see cref="Length"/> says how many bytes it took.</param>
    /// <returns>False when the tag is cut off, longer than four bytes, 00, or has a leading 80 in its number.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, out BerTag tag)
    {
        tag = default;
        if (data.IsEmpty)
            return false;
        uint value = data[0];
        if ((value & 0x1F) == 0x1F)
        {
            var at = 1;
            do
            {
                if (at == data.Length || at == MaxLength)
                    return false;
                value = (value << 8) | data[at];
            }
            while ((data[at++] & 0x80) != 0);
        }

        return TryCreate(value, out tag);
    }

    /// <summary>Writes the tag.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes; owned by the caller.</param>
    /// <returns>The number of bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);
        bytes[^Length..].CopyTo(destination);
        return Length;
    }

    /// <summary>Hexadecimal digits: <c>9F38</c>.</summary>
    public override string ToString() => Value.ToString($"X{2 * Length}", CultureInfo.InvariantCulture);

    static int LengthOf(uint value) => value switch
    {
        <= 0xFF => 1,
        <= 0xFFFF => 2,
        <= 0xFF_FFFF => 3,
        _ => 4,
    };

    static bool IsWellFormed(uint value)
    {
        var length = LengthOf(value);
        var isLong = ((value >> (8 * (length - 1))) & 0x1F) == 0x1F;
        if (length == 1 || !isLong)
            return length == 1 && !isLong && value != 0;

        // All bytes but the last say that one more follows; the first of them may not be a leading zero of the number.
        for (var shift = 8 * (length - 2); shift > 0; shift -= 8)
        {
            if (((value >> shift) & 0x80) == 0)
                return false;
        }

        return (value & 0x80) == 0 && (length == 2 || ((value >> (8 * (length - 2))) & 0xFF) != 0x80);
    }
}
