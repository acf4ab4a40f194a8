namespace PersoMesh.MagneticStripe;

/// <summary>
/// A track as it is to be recorded, from the start sentinel through the LRC. The clocking zeros before and after are the
/// encoding machine's work (ISO/IEC 7811-2).
/// </summary>
public sealed class EncodedTrack
{
    internal EncodedTrack(TrackFormat format, ReadOnlyMemory<byte> bits, int bitCount, byte lrc, string text) =>
        (Format, Bits, BitCount, Lrc, Text) = (format, bits, bitCount, lrc, text);

    /// <summary>Code and density of the track.</summary>
    public TrackFormat Format { get; }

    /// <summary>
    /// The bits in recording order, eight to a byte: the first bit on the stripe is the most significant bit of the first
    /// byte. Unused bits of the last byte are 0, which reads as clocking.
    /// </summary>
    public ReadOnlyMemory<byte> Bits { get; }

    /// <summary>How many bits of <see cref="Bits"/> belong to the track: characters × (data bits + 1).</summary>
    public int BitCount { get; }

    /// <summary>The data bits of the longitudinal redundancy check character, without its parity bit.</summary>
    public byte Lrc { get; }

    /// <summary>The characters with both sentinels, without the LRC. Cardholder data.</summary>
    public string Text { get; }

    /// <summary>The bits as '0' and '1' in recording order. Cardholder data.</summary>
    public string ToBitString() =>
        string.Create(BitCount, Bits, static (digits, bits) =>
        {
            for (var i = 0; i < digits.Length; i++)
                digits[i] = (bits.Span[i / 8] & (0x80 >> (i % 8))) == 0 ? '0' : '1';
        });

    /// <summary>Track number and lengths, no data.</summary>
    public override string ToString() => $"{Format}: {Text.Length + 1} characters, {BitCount} bits";
}
