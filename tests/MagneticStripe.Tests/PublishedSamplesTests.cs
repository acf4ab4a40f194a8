namespace PersoMesh.MagneticStripe.Tests;

/// <summary>Samples worked out or recorded by others.</summary>
public class PublishedSamplesTests
{
    [Theory]
    // STANDARDS.md §7: encoded once more by hand from the code tables at dataip.co.uk.
    [InlineData(2, ";4000001234567899=29122010000000000?", 185, 0x0E)]
    [InlineData(1, "%B4000001234567899^DOE/JANE^29122010000000000?", 329, 0x0E)]
    // MagTek, "I/O Interface for TTL Magnetic Stripe Readers", page 8: message AT3 and its LRC '<'.
    [InlineData(1, "%AT3?", 42, 0x1C)]
    // MagTek, the same, section 3 "LRC calculation": the three examples.
    [InlineData(2, ";0?", 20, 0x4)]
    [InlineData(2, ";01?", 25, 0x5)]
    [InlineData(2, ";0123?", 35, 0x4)]
    // Unitech MSR206 Programmer's Manual rev. C.1, page 23.
    [InlineData(1, "%ABC123?", 63, 0x2A)]
    // Datacard CP80 Service Manual, page 2-23.
    [InlineData(1, "%7C^SZ?", 56, 0x19)]
    public void Length_and_LRC_are_those_of_the_sample(int track, string text, int bitCount, byte lrc)
    {
        var encoded = TrackEncoding.Encode(track, text);
        Assert.Equal((bitCount, lrc, text), (encoded.BitCount, encoded.Lrc, encoded.Text));
        Assert.True(TrackDecoding.TryDecode(track, encoded.Bits.Span, encoded.BitCount, out var read, out _));
        Assert.Equal(text, read);
    }

    [Fact]
    public void Track_2_begins_with_the_bits_of_the_sample() =>
        // STANDARDS.md §7.
        Assert.StartsWith("1101000100000010000100001", TrackEncoding.Encode(2, "4000001234567899=29122010000000000").ToBitString(),
            StringComparison.Ordinal);

    [Fact]
    public void Every_character_and_the_LRC_carry_the_parity_of_the_sample()
    {
        // Unitech MSR206 Programmer's Manual rev. C.1, page 23: % A B C 1 2 3 ? LRC as P b5..b0, written here b0..b5 P.
        byte[] codes = [0x45, 0x61, 0x62, 0x23, 0x51, 0x52, 0x13, 0x1F, 0x2A];
        var expected = string.Concat(codes.Select(code => string.Concat(Enumerable.Range(0, 7).Select(bit => code >> bit & 1))));
        Assert.Equal(expected, TrackEncoding.Encode(1, "ABC123").ToBitString());
    }

    [Theory]
    // Cards and fobs read in the field: Induct-ie/magstripe-rs, decoder tests. The reader there delivers the bits inverted.
    [InlineData("FFFFFF97DEF6FDBE8DF7077FFFFFFFFFC0", 130, "0004048712")]
    [InlineData("FFFFFF97DEF28777EF6604BFFFFFFFFFC0", 130, "0005721443")]
    [InlineData("FFFFFFE5F3FDEB99EF35C0AFFFFFF0", 116, "0100231132")]
    public void Stripes_recorded_in_the_field_are_read(string hex, int bitCount, string data)
    {
        var bits = Convert.FromHexString(hex).Select(b => (byte)~b).ToArray();
        Assert.True(TrackDecoding.TryDecode(2, bits, bitCount, out var text, out var fault), fault?.ToString());
        Assert.Equal($";{data}?", text);

        var field = string.Concat(bits.Select(b => b.ToString("b8")))[..bitCount].Trim('0');
        Assert.Equal(field, TrackEncoding.Encode(2, data).ToBitString().Trim('0'));
    }

    // dataip.co.uk, "ANSI/ISO Magnetic Cards: BCD Data Format": b1 b2 b3 b4 and parity of every character.
    const string BcdTable = """
        00001 0  10000 1  01000 2  11001 3  00100 4  10101 5  01101 6  11100 7  00010 8  10011 9  10110 =
        """;

    // dataip.co.uk, "ANSI/ISO Magnetic Cards: ALPHA Data Format": b0 .. b5 and parity; the rows that the page shows.
    const string AlphaTable = """
        0010000 $  0001000 (  1001001 )  1011000 -  0111000 .  1111001 /
        0000100 0  1000101 1  0100101 2  1100100 3  0010101 4  1010100 5  0110100 6  1110101 7  0001101 8  1001100 9
        1000011 A  0100011 B  1100010 C  0010011 D  1010010 E  0110010 F  1110011 G  0001011 H  1001010 I  0101010 J  1101011 K
        0011010 L  1011011 M  0111011 N  1111010 O  0000111 P  1000110 Q  0100110 R  1100111 S  0010110 T  1010111 U  0110111 V
        1110110 W  0001110 X
        """;

    [Theory]
    [InlineData(1, AlphaTable)]
    [InlineData(2, BcdTable)]
    [InlineData(3, BcdTable)]
    public void Characters_have_the_codes_of_the_published_table(int track, string table)
    {
        var cells = table.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < cells.Length; i += 2)
        {
            var width = cells[i].Length;
            Assert.Equal(cells[i], TrackEncoding.Encode(track, cells[i + 1]).ToBitString()[width..(2 * width)]);
        }
    }

    [Theory]
    // Start and end sentinel, dataip.co.uk as above.
    [InlineData(1, "1010001", "1111100")]
    [InlineData(2, "11010", "11111")]
    [InlineData(3, "11010", "11111")]
    public void An_empty_track_is_its_sentinels_and_the_LRC(int track, string start, string end)
    {
        var bits = TrackEncoding.Encode(track, "").ToBitString();
        Assert.Equal(3 * start.Length, bits.Length);
        Assert.StartsWith(start + end, bits, StringComparison.Ordinal);
    }
}
