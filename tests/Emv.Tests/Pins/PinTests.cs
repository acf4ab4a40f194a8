namespace PersoMesh.Emv.Tests;

public class PinTests
{
    [Theory]
    [InlineData("123")]
    [InlineData("1234567890123")]
    [InlineData("12A4")]
    public void A_pin_has_4_to_12_decimal_digits(string digits)
    {
        var e = Assert.Throws<ArgumentException>(() => new Pin(digits));
        Assert.DoesNotContain(digits, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_shows_nothing_of_itself_and_is_zeroed()
    {
        var pin = new Pin("9876");
        Assert.Equal("PIN", pin.ToString());
        pin.Dispose();
        var text = new char[4];
        pin.CopyTo(text);
        Assert.Equal("0000", new string(text));
    }

    [Fact]
    public void Generated_pins_use_every_digit_equally_and_throw_biased_bytes_away()
    {
        byte[] source = [255, 254, 250, 9, 18, 27, 249, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var pin = Pin.Generate(4, random => source.CopyTo(random));
        var text = new char[4];
        pin.CopyTo(text);
        Assert.Equal("9879", new string(text));
    }

    [Theory]
    // psec@90ccbf3 tests/test_pin.py, generate_ibm3624_pin and generate_ibm3624_offset.
    [InlineData(0, 16, 'F', "0000", "4524")]
    [InlineData(0, 16, 'f', "0000", "4524")]
    [InlineData(0, 16, 'F', "1111", "5635")]
    [InlineData(0, 16, 'F', "6586", "0000")]
    [InlineData(0, 16, 'F', "7697", "1111")]
    [InlineData(0, 16, 'F', "7710", "1234")]
    [InlineData(0, 14, 'F', "0000", "5518")]
    [InlineData(1, 14, '1', "0000", "3675")]
    [InlineData(2, 14, '1', "0000", "5550")]
    public void Ibm_3624_pins_and_offsets_are_those_of_psec(int start, int length, char pad, string offset, string digits)
    {
        using var pvk = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        var pan = Pan.Parse("1122334455667788");
        var method = new Ibm3624("1234567890123456", start, length, pad);

        using var pin = method.PinFromOffset(pvk, pan, offset);
        using var expected = new Pin(digits);
        Assert.True(expected.FixedTimeEquals(pin));
        var computed = new char[4];
        method.ComputeOffset(pvk, pan, expected, computed);
        Assert.Equal(offset, new string(computed));
        Assert.True(method.Verify(pvk, pan, expected, offset));
        using var other = new Pin("9999");
        Assert.False(method.Verify(pvk, pan, other, offset));
    }

    [Fact]
    public void The_natural_pin_is_the_pin_of_offset_zero()
    {
        using var pvk = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        using var natural = new Ibm3624("1234567890123456").NaturalPin(pvk, Pan.Parse("1122334455667788"), 4);
        // psec@90ccbf3 psec/pin.py, example of generate_ibm3624_pin.
        using var expected = new Pin("4524");
        Assert.True(expected.FixedTimeEquals(natural));
    }

    [Fact]
    public void Validation_data_must_lie_within_the_pan()
    {
        using var pvk = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        Assert.Throws<ArgumentException>(() => new Ibm3624("1234567890123456", 1, 16).NaturalPin(pvk, Pan.Parse("1122334455667788"), 4));
        Assert.Throws<ArgumentException>(() => new Ibm3624("123456789012345A"));
    }

    [Theory]
    // psec@90ccbf3 psec/pin.py (example) and tests/test_pin.py, generate_visa_pvv; the last three need letters: too few decimal digits.
    [InlineData(3, "4524", "1122334455667788", "4021")]
    [InlineData(1, "4524", "1122334455667788", "8523")]
    [InlineData(2, "1912", "1122334455667788", "3244")]
    [InlineData(1, "0570", "1122334455667718", "3144")]
    [InlineData(1, "8299", "1122334455667708", "4422")]
    public void Pvv_is_that_of_psec(int keyIndex, string digits, string pan, string expected)
    {
        using var pvk = Hex.TripleDes("0123456789ABCDEFFEDCBA9876543210");
        using var pin = new Pin(digits);
        var pvv = new char[4];
        PinVerificationValue.Compute(pvk, Pan.Parse(pan), keyIndex, pin, pvv);
        Assert.Equal(expected, new string(pvv));
        Assert.True(PinVerificationValue.Verify(pvk, Pan.Parse(pan), keyIndex, pin, pvv));
        Assert.False(PinVerificationValue.Verify(pvk, Pan.Parse(pan), keyIndex, pin, "0000"));
    }
}
