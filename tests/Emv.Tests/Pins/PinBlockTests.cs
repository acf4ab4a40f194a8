namespace PersoMesh.Emv.Tests;

public class PinBlockTests
{
    const string Pan16 = "5555555551234567";

    [Theory]
    // psec (knovichikhin/psec@90ccbf3) tests/test_pinblock.py, encode and decode of formats 0, 2 and 3.
    [InlineData(PinBlockFormat.Iso0, "1234", "041261AAAAEDCBA9")]
    [InlineData(PinBlockFormat.Iso0, "123456789", "091261032D8DCBA9")]
    [InlineData(PinBlockFormat.Iso0, "1234567890", "0A1261032D82CBA9")]
    [InlineData(PinBlockFormat.Iso0, "123456789012", "0C1261032D8226A9")]
    [InlineData(PinBlockFormat.Iso2, "1234", "241234FFFFFFFFFF")]
    [InlineData(PinBlockFormat.Iso2, "123456789", "29123456789FFFFF")]
    [InlineData(PinBlockFormat.Iso2, "1234567890", "2A1234567890FFFF")]
    [InlineData(PinBlockFormat.Iso2, "123456789012", "2C123456789012FF")]
    public void Blocks_without_random_fill_are_those_of_psec(PinBlockFormat format, string digits, string expected)
    {
        using var pin = new Pin(digits);
        var block = new byte[8];
        PinBlock.Encode(format, pin, Pan.Parse(Pan16), block);
        Assert.Equal(expected, Hex.Of(block));
        using var decoded = PinBlock.Decode(format, block, Pan.Parse(Pan16));
        Assert.True(pin.FixedTimeEquals(decoded));
    }

    [Theory]
    // psec@90ccbf3 tests/test_pinblock.py, decode_pinblock_iso_3; the fill of these blocks happens to be F.
    [InlineData("1234", "341261AAAAEDCBA9")]
    [InlineData("123456789", "391261032D8DCBA9")]
    [InlineData("123456789012", "3C1261032D8226A9")]
    public void Format_3_is_decoded_like_psec(string digits, string block)
    {
        using var expected = new Pin(digits);
        using var decoded = PinBlock.Decode(PinBlockFormat.Iso3, Hex.Bytes(block), Pan.Parse(Pan16));
        Assert.True(expected.FixedTimeEquals(decoded));
    }

    [Theory]
    // psec@90ccbf3 tests/test_pinblock.py: blocks that must be refused.
    [InlineData(PinBlockFormat.Iso0, "241261AAAAEDCBA9")]
    [InlineData(PinBlockFormat.Iso0, "0F1261AAAAEDCBA9")]
    [InlineData(PinBlockFormat.Iso0, "021261AAAAEDCBA9")]
    [InlineData(PinBlockFormat.Iso0, "041261AAAAEDCBAA")]
    [InlineData(PinBlockFormat.Iso0, "051261AAAAEDCBA9")]
    [InlineData(PinBlockFormat.Iso2, "041234FFFFFFFFFF")]
    [InlineData(PinBlockFormat.Iso2, "2C123456789012CF")]
    [InlineData(PinBlockFormat.Iso2, "2C12345678901FFF")]
    [InlineData(PinBlockFormat.Iso3, "341261AAAAEDCBA2")]
    [InlineData(PinBlockFormat.Iso3, "351261AAAAEDCBA9")]
    [InlineData(PinBlockFormat.Iso4, "541234AAAAAAAAAA548ED7FD65495950")]
    [InlineData(PinBlockFormat.Iso4, "43123AAAAAAAAAAA548ED7FD65495950")]
    [InlineData(PinBlockFormat.Iso4, "441234ABCDEFABCD548ED7FD65495950")]
    [InlineData(PinBlockFormat.Iso4, "4412D4AAAAAAAAAA548ED7FD65495950")]
    public void Malformed_blocks_are_refused_without_saying_why(PinBlockFormat format, string block)
    {
        var e = Assert.Throws<PinBlockException>(() => PinBlock.Decode(format, Hex.Bytes(block), Pan.Parse(Pan16)));
        Assert.Equal(
            $"Not a PIN block of {format}: check the zone key, the format and the PAN that the PIN block was made with.", e.Message);
    }

    [Theory]
    // ep2 Security Specification 8.0.0 §8.4 (PIN encryption), and a PAN shorter than 12 digits: both in psec@90ccbf3
    // tests/test_pinblock.py.
    [InlineData("C1D0F8FB4958670DBA40AB1F3752EF0D", "CC17F65586BFD0953010226C4FC5B3CA", "432198765432109870", "1234")]
    [InlineData("00112233445566778899AABBCCDDEEFF", "39B69B1B91FE05D48F7EF0D68EB2CBD6", "1", "123456")]
    public void Format_4_is_deciphered_like_ep2_and_psec(string keyHex, string block, string pan, string digits)
    {
        using var key = Hex.Aes(keyHex);
        using var expected = new Pin(digits);
        using var decoded = PinBlock.Decipher(PinBlockFormat.Iso4, Hex.Bytes(block), Pan.Parse(pan), key);
        Assert.True(expected.FixedTimeEquals(decoded));
    }

    [Fact]
    public void Format_4_is_enciphered_like_psec()
    {
        // psec@90ccbf3 tests/test_pinblock.py, test_encipher_pinblock_iso_4_det: random bytes FF.
        using var key = Hex.Aes("00112233445566778899AABBCCDDEEFF");
        using var pin = new Pin("1234");
        var block = new byte[16];
        PinBlock.Encipher(PinBlockFormat.Iso4, pin, Pan.Parse("1234567890123456789"), key, block, random => random.Fill(0xFF));
        Assert.Equal("28B41FDDD29B743E93124BD8E32D921E", Hex.Of(block));
    }

    [Fact]
    public void Random_fill_of_format_1_is_any_nibble_and_of_format_3_only_letters()
    {
        using var pin = new Pin("1234");
        var block = new byte[8];
        byte next = 0;
        PinBlock.Encode(PinBlockFormat.Iso1, pin, null, block, Count);
        Assert.Equal("141234456789ABCD", Hex.Of(block));

        // The PAN is all zeros, so the fill shows: A + (byte mod 6), bytes from 252 on thrown away.
        next = 248;
        PinBlock.Encode(PinBlockFormat.Iso3, pin, Pan.Parse("0000000000000"), block, Count);
        Assert.Equal("341234ABCDEFABCD", Hex.Of(block));

        void Count(Span<byte> random)
        {
            foreach (ref var b in random)
                b = next++;
        }
    }

    [Theory]
    [InlineData(PinBlockFormat.Iso0)]
    [InlineData(PinBlockFormat.Iso3)]
    [InlineData(PinBlockFormat.Iso4)]
    public void Formats_with_a_pan_need_one_that_is_long_enough(PinBlockFormat format)
    {
        using var pin = new Pin("1234");
        using var key = format == PinBlockFormat.Iso4 ? Hex.Aes("00112233445566778899AABBCCDDEEFF") : Hex.TripleDes(
            "0123456789ABCDEFFEDCBA9876543210");
        var block = new byte[PinBlock.LengthOf(format)];
        Assert.Throws<ArgumentException>(() => PinBlock.Encipher(format, pin, null, key, block));
        if (format != PinBlockFormat.Iso4)
            Assert.Throws<ArgumentException>(() => PinBlock.Encipher(format, pin, Pan.Parse("555555555123"), key, block));
    }

    [Fact]
    public void Format_4_is_for_aes_keys_and_the_others_for_3des()
    {
        using var des = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        using var aes = Hex.Aes("00112233445566778899AABBCCDDEEFF");
        using var pin = new Pin("1234");
        Assert.Throws<ArgumentException>(() => PinBlock.Encipher(PinBlockFormat.Iso4, pin, Pan.Parse(Pan16), des, new byte[16]));
        Assert.Throws<ArgumentException>(() => PinBlock.Encipher(PinBlockFormat.Iso0, pin, Pan.Parse(Pan16), aes, new byte[8]));
    }

    [Fact]
    public void A_pin_block_of_a_zone_becomes_the_reference_pin_under_a_transport_key()
    {
        using var zone = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        using var transport = Hex.TripleDes("404142434445464748494A4B4C4D4E4F");
        var incoming = new byte[8];
        zone.EncryptEcb(Hex.Bytes("041261AAAAEDCBA9"), incoming);
        var outgoing = new byte[8];
        PinBlockTranslation.ReencipherReferencePin(
            incoming, new PinZone(PinBlockFormat.Iso0, zone, Pan.Parse(Pan16)), PinBlockFormat.Iso2, transport, outgoing);
        transport.DecryptEcb(outgoing, outgoing);
        // Format 2 of PIN 1234: psec@90ccbf3 tests/test_pinblock.py.
        Assert.Equal("241234FFFFFFFFFF", Hex.Of(outgoing));
    }

    [Fact]
    public void A_reference_pin_for_an_aes_card_has_random_bytes_after_the_block()
    {
        using var zone = Hex.Aes("C1D0F8FB4958670DBA40AB1F3752EF0D");
        using var transport = Hex.Aes("404142434445464748494A4B4C4D4E4F");
        var outgoing = new byte[16];
        PinBlockTranslation.ReencipherReferencePin(
            Hex.Bytes("CC17F65586BFD0953010226C4FC5B3CA"),
            new PinZone(PinBlockFormat.Iso4, zone, Pan.Parse("432198765432109870")),
            PinBlockFormat.Iso2,
            transport,
            outgoing,
            random => random.Fill(0x5A));
        transport.DecryptEcb(outgoing, outgoing);
        Assert.Equal("241234FFFFFFFFFF5A5A5A5A5A5A5A5A", Hex.Of(outgoing));
    }

    [Fact]
    public void A_pin_block_moves_from_a_3des_zone_to_an_aes_zone()
    {
        using var from = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        using var to = Hex.Aes("00112233445566778899AABBCCDDEEFF");
        var pan = Pan.Parse(Pan16);
        using var pin = new Pin("987654");
        var incoming = new byte[8];
        PinBlock.Encipher(PinBlockFormat.Iso3, pin, pan, from, incoming);
        var outgoing = new byte[16];
        PinBlockTranslation.Reencipher(
            incoming, new PinZone(PinBlockFormat.Iso3, from, pan), new PinZone(PinBlockFormat.Iso4, to, pan), outgoing);
        using var arrived = PinBlock.Decipher(PinBlockFormat.Iso4, outgoing, pan, to);
        Assert.True(pin.FixedTimeEquals(arrived));
    }

    [Fact]
    public void A_translation_does_not_change_the_pan()
    {
        using var key = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        var from = new PinZone(PinBlockFormat.Iso0, key, Pan.Parse(Pan16));
        var to = new PinZone(PinBlockFormat.Iso0, key, Pan.Parse("5555555551234568"));
        Assert.Throws<ArgumentException>(() => PinBlockTranslation.Reencipher(new byte[8], from, to, new byte[8]));
    }

    [Fact]
    public void A_block_under_another_key_is_refused()
    {
        using var key = Hex.Aes("C1D0F8FB4958670DBA40AB1F3752EF0E");
        Assert.Throws<PinBlockException>(() => PinBlock.Decipher(
            PinBlockFormat.Iso4, Hex.Bytes("CC17F65586BFD0953010226C4FC5B3CA"), Pan.Parse("432198765432109870"), key));
    }
}
