using FsCheck;
using FsCheck.Fluent;
using PersoMesh.Keys;

namespace PersoMesh.Emv.Tests;

public class PinProperties
{
    static readonly Gen<PinBlockFormat> Format =
        Gen.Elements(PinBlockFormat.Iso0, PinBlockFormat.Iso1, PinBlockFormat.Iso2, PinBlockFormat.Iso3, PinBlockFormat.Iso4);

    [Fact]
    public void A_pin_comes_out_of_every_format_as_it_went_in() =>
        Property.Holds(
            from format in Format
            from pan in Property.Digits(13, 19)
            from digits in Property.Digits(4, 12)
            select (format, pan: Pan.Parse(pan), digits),
            s =>
            {
                using ISecretKey key = s.format == PinBlockFormat.Iso4
                    ? Hex.Aes("00112233445566778899AABBCCDDEEFF")
                    : Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
                using var pin = new Pin(s.digits);
                var block = new byte[PinBlock.LengthOf(s.format)];
                PinBlock.Encipher(s.format, pin, s.pan, key, block);
                using var back = PinBlock.Decipher(s.format, block, s.pan, key);
                return pin.FixedTimeEquals(back);
            });

    [Fact]
    public void A_block_that_holds_no_pin_is_refused_with_one_exception() =>
        Property.Holds(
            from format in Format
            from block in Property.Bytes(PinBlock.LengthOf(PinBlockFormat.Iso4), 16)
            select (format, block: block[..PinBlock.LengthOf(format)]),
            s => Property.OnlyThrows<PinBlockException>(() => PinBlock.Decode(s.format, s.block, Pan.Parse("5555555551234567")).Dispose()),
            times: 2000);

    [Fact]
    public void An_offset_leads_back_to_its_pin() =>
        Property.Holds(
            from table in Property.Digits(16, 16)
            from pan in Property.Digits(16, 19)
            from digits in Property.Digits(4, 12)
            select (table, pan: Pan.Parse(pan), digits),
            s =>
            {
                using var key = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
                using var pin = new Pin(s.digits);
                var method = new Ibm3624(s.table);
                var offset = new char[pin.Length];
                method.ComputeOffset(key, s.pan, pin, offset);
                using var back = method.PinFromOffset(key, s.pan, offset);
                return pin.FixedTimeEquals(back);
            });

    [Fact]
    public void A_pan_survives_its_compressed_form() =>
        Property.Holds(
            Property.Digits(1, 19),
            digits => Pan.TryFromCompressedNumeric(Pan.Parse(digits).ToCompressedNumeric(), out var pan) && pan.Equals(Pan.Parse(digits)));
}
