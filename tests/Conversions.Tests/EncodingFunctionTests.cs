using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.Conversions.Tests;

public class EncodingFunctionTests
{
    [Theory]
    // RFC 4648 §10.
    [InlineData("", "")]
    [InlineData("66", "Zg==")]
    [InlineData("666F", "Zm8=")]
    [InlineData("666F6F", "Zm9v")]
    [InlineData("666F6F62", "Zm9vYg==")]
    [InlineData("666F6F6261", "Zm9vYmE=")]
    [InlineData("666F6F626172", "Zm9vYmFy")]
    public void Base64_matches_RFC_4648(string hex, string base64)
    {
        Assert.Equal(base64, Call.Apply("hex-to-base64", hex));
        Assert.Equal(hex, Call.Apply("base64-to-hex", base64));
    }

    [Theory]
    [InlineData("Zm 9v")]
    [InlineData("Zm9v\n")]
    [InlineData("Zh==")] // bits after the last byte
    [InlineData("Zm8")]
    [InlineData("Zm9-")] // Base64url
    public void What_another_reader_would_see_differently_is_no_base64(string value) => Call.Refusal("base64-to-hex", value);

    [Theory]
    [InlineData(1, "D7B253BD43482F20")]
    [InlineData(2, "07279AE7A2079FB6")]
    [InlineData(3, "CD27CF0B42BDBF38")]
    [InlineData(4, "91A66EE838FCC293")]
    [InlineData(5, "174B52F73EB5C479")]
    [InlineData(6, "C393681CB7ACB01A")]
    [InlineData(7, "6601ED5F8F371B84")]
    [InlineData(8, "6397B1A8FFC486F7")]
    [InlineData(9, "BD205F90E8692445")]
    [InlineData(13, "09D6A2B126D438B5")]
    [InlineData(15, "25791426B4530339")]
    public void Character_sets_are_those_of_another_implementation(int part, string digest)
    {
        // Code points of the bytes A0 to FF by Python 3.11's iso8859_* codecs, as XXXX or ----, first 8 bytes of SHA-256.
        var points = new StringBuilder();
        for (var b = 0xA0; b <= 0xFF; b++)
        {
            var text = Call.TryApply("from-hex", $"{b:X2}", ("charset", $"iso-8859-{part}"));
            points.Append(text is null ? "----" : $"{(int)text[0]:X4}");
            if (text is not null)
                Assert.Equal($"{b:X2}", Call.Apply("hex", text, ("charset", $"iso-8859-{part}")));
        }

        Assert.Equal(digest, Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(points.ToString())), 0, 8));
    }

    [Theory]
    [InlineData("utf-8", "Ł😀", "C581F09F9880")]
    [InlineData("UTF-8", "", "")]
    [InlineData("us-ascii", "A~", "417E")]
    [InlineData("iso-8859-1", "\r\n\u0080", "0D0A80")]
    public void Text_is_encoded_and_decoded(string charset, string text, string hex)
    {
        Assert.Equal(hex, Call.Apply("hex", text, ("charset", charset)));
        Assert.Equal(text, Call.Apply("from-hex", hex, ("charset", charset)));
    }

    [Fact]
    public void What_cannot_be_encoded_is_refused()
    {
        Assert.Equal("U+D83D at position 2 has no place in UTF-8", Call.Refusal("hex", "A\uD83D", ("charset", "utf-8")));
        Assert.Equal("U+0141 at position 1 has no place in ISO 8859-1", Call.Refusal("hex", "Ł"));
        Assert.Equal("U+00E9 at position 1 has no place in ASCII", Call.Refusal("hex", "é", ("charset", "ascii")));
        Assert.Equal("the 2 bytes are not UTF-8", Call.Refusal("from-hex", "C3C3", ("charset", "utf-8")));
        Assert.Equal("byte 2 is no character of ASCII", Call.Refusal("from-hex", "4180", ("charset", "ascii")));
        Assert.Equal("3 hexadecimal digits are not whole bytes", Call.Refusal("from-hex", "418"));
    }

    [Theory]
    [InlineData("left-0")]
    [InlineData("right-f")]
    public void Bcd_leads_back(string pad) => Prop.ForAll(
        Gen.Choose(1, 40).SelectMany(n => Gen.Choose(0, 9).ArrayOf(n)).Select(d => string.Concat(d)).ToArbitrary(),
        digits =>
        {
            var bcd = Call.Apply("bcd", digits, ("pad", pad));
            return bcd.Length % 2 == 0 && bcd.Length - digits.Length < 2
                && Call.Apply("from-bcd", bcd, ("pad", pad), ("digits", $"{digits.Length}")) == digits;
        }).QuickCheckThrowOnFailure();

    [Theory]
    // EMV 4.3 Book 3 §4.3: format n is right-justified with leading zeros, cn left-justified with trailing F.
    [InlineData("12345", "left-0", "6", "000000012345")]
    [InlineData("1234567890123", "right-f", "8", "1234567890123FFF")]
    public void Bcd_has_the_formats_of_EMV(string digits, string pad, string length, string expected) =>
        Assert.Equal(expected, Call.Apply("bcd", digits, ("pad", pad), ("length", length)));

    [Fact]
    public void Padding_that_is_not_there_is_not_taken_off()
    {
        Assert.Equal("4 digits without the padding, not 3", Call.Refusal("from-bcd", "1234", ("digits", "3")));
        Assert.Equal("4 digits without the padding, not 3", Call.Refusal("from-bcd", "0123", ("digits", "3"), ("pad", "right-f")));
        Assert.Equal("4 digits without the padding, not 6", Call.Refusal("from-bcd", "0123", ("digits", "6")));
        Assert.Equal("character 1 is an upper-case letter, not a digit", Call.Refusal("from-bcd", "F1"));
    }

    [Fact]
    public void Decimal_and_hexadecimal_lead_back() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), number =>
        Call.Apply("decimal-to-hex", $"{number}", ("length", "8")) == $"{number:X16}"
        && Call.Apply("hex-to-decimal", $"{number:X16}") == $"{number}"
        && Call.Apply("hex-to-decimal", $"{number:X16}", ("width", "20")) == $"{number:00000000000000000000}").QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("0", "00")]
    [InlineData("000", "00")]
    [InlineData("256", "0100")]
    [InlineData("340282366920938463463374607431768211456", "0100000000000000000000000000000000")] // 2^128
    public void Decimal_becomes_whole_bytes(string value, string expected) => Assert.Equal(expected, Call.Apply("decimal-to-hex", value));
}
