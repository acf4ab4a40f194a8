namespace PersoMesh.Emv.Tests;

public class PanTests
{
    [Theory]
    // EMV 4.3 Book 3 §4.3, format cn: left justified, filled with F.
    [InlineData("123456789012345", "123456789012345F")]
    [InlineData("1234567890123", "1234567890123F")]
    [InlineData("5413330089020011", "5413330089020011")]
    public void Compressed_numeric_is_filled_with_f_on_the_right(string digits, string expected)
    {
        var pan = Pan.Parse(digits);
        Assert.Equal(expected, Hex.Of(pan.ToCompressedNumeric()));
        Assert.True(Pan.TryFromCompressedNumeric(Hex.Bytes(expected), out var back));
        Assert.Equal(pan, back);
    }

    [Theory]
    [InlineData("")]
    [InlineData("FFFF")]
    [InlineData("12F4")]
    [InlineData("12A4")]
    [InlineData("12345678901234567890")]
    public void What_is_not_compressed_numeric_is_refused(string hex) => Assert.False(Pan.TryFromCompressedNumeric(Hex.Bytes(hex), out _));

    [Theory]
    [InlineData("")]
    [InlineData("12345678901234567890")]
    [InlineData("1234 5678")]
    [InlineData("12３4")]
    public void What_is_not_a_pan_is_refused_and_not_repeated(string text)
    {
        var e = Assert.Throws<ArgumentException>(() => Pan.Parse(text));
        if (text.Length > 0)
            Assert.DoesNotContain(text, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pan_does_not_show_its_digits() => Assert.Equal("PAN of 16 digits", Pan.Parse("5413330089020011").ToString());

    [Theory]
    // EMV 4.3 Book 2 §6.3 step 8. The first two: issuer identifiers of openemv/emv-utils tests/emv_rsa_test.c and emv_rsa_cda_test.c.
    [InlineData("4761739001010119", "476173FF", true)]
    [InlineData("5413330089020011", "541333FF", true)]
    [InlineData("5413330089020011", "54133300", true)]
    [InlineData("5413330089020011", "541FFFFF", true)]
    [InlineData("5413330089020011", "54FFFFFF", false)]
    [InlineData("5413330089020011", "541334FF", false)]
    [InlineData("5413330089020011", "5413F3FF", false)]
    [InlineData("5413330089020011", "541333", false)]
    public void Issuer_identifiers_match_leftmost_digits(string pan, string identifier, bool matches) =>
        Assert.Equal(matches, Pan.Parse(pan).MatchesIssuerIdentifier(Hex.Bytes(identifier)));

    [Fact]
    public void Issuer_identifiers_are_filled_with_f()
    {
        Assert.Equal("476173FF", Hex.Of(Pan.Parse("4761739001010119").IssuerIdentifier(6)));
        Assert.Equal("47617390", Hex.Of(Pan.Parse("4761739001010119").IssuerIdentifier(8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pan.Parse("4761739001010119").IssuerIdentifier(2));
    }

    [Fact]
    public void An_expiry_month_has_two_orders_and_ends_with_its_last_day()
    {
        var expiry = new ExpiryMonth(2028, 2);
        Assert.Equal("2802", expiry.ToYyMm());
        Assert.Equal("0228", expiry.ToMmYy());
        Assert.Equal(new DateOnly(2028, 2, 29), expiry.LastDay);
        var mmYy = new byte[2];
        expiry.WriteMmYy(mmYy);
        Assert.Equal("0228", Hex.Of(mmYy));
    }

    [Theory]
    // EMV 4.3 Book 4 §6.7.3: 00–49 is 20YY, 50–99 is 19YY.
    [InlineData("1249", 2049)]
    [InlineData("1250", 1950)]
    [InlineData("1300", null)]
    [InlineData("0025", null)]
    [InlineData("1A25", null)]
    [InlineData("122A", null)]
    public void Two_digits_of_a_year_are_read_by_the_rule_of_book_4(string hex, int? year)
    {
        Assert.Equal(year is not null, ExpiryMonth.TryFromMmYy(Hex.Bytes(hex), out var month));
        Assert.Equal(year, month?.Year);
    }
}
