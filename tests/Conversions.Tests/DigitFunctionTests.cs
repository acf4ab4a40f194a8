using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.Conversions.Tests;

public class DigitFunctionTests
{
    [Theory]
    // Quoted from ISO/IEC 7812-1 by paylike/luhn test.js; then PayPal's published test numbers, same file.
    [InlineData("6123451234567893")]
    [InlineData("4012111111111111")]
    [InlineData("378282246310005")]
    [InlineData("371449635398431")]
    [InlineData("30569309025904")]
    [InlineData("6011000990139424")]
    [InlineData("3566002020360505")]
    [InlineData("4222222222222")]
    // The account numbers of STANDARDS.md §7 and of the EMV test cards in openemv/emv-utils.
    [InlineData("4000001234567899")]
    [InlineData("4761739001010119")]
    [InlineData("5413330089020011")]
    public void Published_numbers_have_their_check_digit(string number)
    {
        Assert.Equal(number, Call.Apply("luhn-check", number));
        Assert.Equal(number, Call.Apply("luhn-append", number[..^1]));
    }

    [Theory]
    // Jointly wrong digits that Luhn finds: paylike/luhn test.js.
    [InlineData("76009244561")]
    [InlineData("4571736004738485")]
    public void Published_bad_numbers_are_refused(string number) =>
        Assert.Equal("the check digit is wrong", Call.Refusal("luhn-check", number));

    [Fact]
    public void An_appended_check_digit_checks_and_no_other_does() => Prop.ForAll(Digits(1, 40), digits =>
    {
        var number = Call.Apply("luhn-append", digits);
        var accepted = Enumerable.Range(0, 10).Count(last => Call.TryApply("luhn-check", digits + last) is not null);
        return Call.Apply("luhn-check", number) == number && accepted == 1;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("4000 12", "character 5 is a space, not a digit")]
    [InlineData("400x12", "character 4 is a lower-case letter, not a digit")]
    [InlineData("٤٠٠٠", "character 1 is a character outside ASCII, not a digit")]
    [InlineData("", "it is empty, where digits are needed")]
    public void What_is_no_digit_is_named_by_place_and_class(string value, string reason)
    {
        foreach (var function in new[] { "digits", "luhn-check", "luhn-append", "pan-group", "pan-mask", "bcd", "decimal-to-hex" })
            Assert.Equal(reason, Call.Refusal(function, value));
    }

    [Theory]
    [InlineData("4222222222222", "4222 222 222 222")]
    [InlineData("30569309025904", "3056 930902 5904")]
    [InlineData("378282246310005", "3782 822463 10005")]
    [InlineData("4000001234567899", "4000 0012 3456 7899")]
    [InlineData("6304000000000000000", "6304 0000 0000 0000 000")]
    public void The_usual_groups_depend_on_the_length(string pan, string expected) => Assert.Equal(expected, Call.Apply("pan-group", pan));

    [Fact]
    public void Grouping_loses_no_digit() => Prop.ForAll(Digits(8, 19), pan =>
        Call.TryApply("pan-group", pan, ("separator", "-")) is not { } grouped || grouped.Replace("-", "", StringComparison.Ordinal) == pan)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void More_than_the_bin_and_the_last_four_cannot_be_shown()
    {
        const string pan = "4000001234567899";
        Assert.Equal("argument 'last': it is not a whole number from 0 to 4", Call.Refusal("pan-mask", pan, ("last", "5")));
        Assert.Equal("argument 'first': it is not a whole number from 0 to 8", Call.Refusal("pan-mask", pan, ("first", "9")));
    }

    static Arbitrary<string> Digits(int min, int max) =>
        Gen.Choose(min, max).SelectMany(n => Gen.Choose(0, 9).ArrayOf(n)).Select(d => string.Concat(d)).ToArbitrary();
}
