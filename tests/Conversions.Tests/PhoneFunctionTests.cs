namespace PersoMesh.Conversions.Tests;

public class PhoneFunctionTests
{
    [Theory]
    // ITU-T E.123 §2: the example number in its notations; and how numbers are written in daily use.
    [InlineData("+22 607 123 4567", "", "0", "+226071234567")]
    [InlineData("(0607) 123 4567", "22", "0", "+226071234567")]
    [InlineData("+44 (0)20 7946 0958", "", "0", "+442079460958")]
    [InlineData("020 7946 0958", "44", "0", "+442079460958")]
    [InlineData("(212) 555-0123", "1", "1", "+12125550123")]
    [InlineData("1-212-555-0123", "1", "1", "+12125550123")]
    [InlineData("06 1234 5678", "39", "", "+390612345678")] // Italy dials the zero
    [InlineData("0043.1.58858", "", "0", "+43158858")]
    public void Numbers_become_international(string value, string country, string trunk, string expected) =>
        Assert.Equal(expected, Call.Apply("phone", value, ("country", country), ("trunk", trunk)));

    [Theory]
    [InlineData("+12125550123", "3-3-4", "+1 212 555 0123")]
    [InlineData("+74951234567", "3-3", "+7 495 1234567")]
    [InlineData("+4366412345678", "3-2-2", "+43 664 12 345678")]
    [InlineData("+35312345678", "1-3-4", "+353 1 234 5678")]
    [InlineData("+6834000", "2-2-2-2", "+683 40 00")]
    [InlineData("+493012345678", "", "+49 3012345678")]
    public void Country_codes_have_one_to_three_digits(string value, string groups, string expected) =>
        Assert.Equal(expected, Call.Apply("phone", value, ("format", "international"), ("groups", groups)));

    [Theory]
    [InlineData("+49 30 CALL", "", "e164", "character 8 is an upper-case letter, which has no place in a telephone number")]
    [InlineData("49+30123456", "", "e164", "character 3 is punctuation, which has no place in a telephone number")]
    [InlineData("030 123456", "", "e164", "the number has no country code, and no 'country' is given")]
    [InlineData("+49 301", "", "e164", "5 digits with the country code; an E.164 number has 7 to 15")]
    [InlineData("+49 30 12345678901234", "", "e164", "18 digits with the country code; an E.164 number has 7 to 15")]
    [InlineData("+030123456", "", "e164", "a country code does not start with 0")]
    [InlineData("+43158858000", "49", "national", "the number is not one of 'country', so it has no national format")]
    [InlineData("030123456", "049", "e164", "argument 'country': it is not a country code of one to three digits")]
    public void What_is_no_number_is_refused(string value, string country, string format, string reason) =>
        Assert.Equal(reason, Call.Refusal("phone", value, ("country", country), ("format", format)));
}
