using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace PersoMesh.Conversions.Tests;

public class DateFunctionTests
{
    [Theory]
    [InlineData("12/29", "MM/yy", "yyMM", "2912")]
    [InlineData("2912", "yyMM", "MM/yy", "12/29")]
    [InlineData("1229", "MMyy", "yyyy-MM", "2029-12")]
    [InlineData("2029-12", "yyyy-MM", "MMyy", "1229")]
    [InlineData("31.12.1999", "dd.MM.yyyy", "yyyyDDD", "1999365")] // date -d 1999-12-31 +%j
    [InlineData("2024060", "yyyyDDD", "dd.MM.yyyy", "29.02.2024")] // date -d 2024-02-29 +%j
    [InlineData("1.2.2024", "d.M.yyyy", "yyyyMMdd", "20240201")]
    [InlineData("20240201", "yyyyMMdd", "d.M.yy", "1.2.24")]
    [InlineData("29.02.2000", "dd.MM.yyyy", "yyMMdd", "000229")]
    [InlineData("07T2024", "MM'T'yyyy", "'valid thru 'MM/yy", "valid thru 07/24")]
    [InlineData("2024-02-29", "yyyy-MM-dd", "MM", "02")]
    public void Dates_change_their_format(string value, string input, string output, string expected) =>
        Assert.Equal(expected, Call.Apply("date", value, ("in", input), ("out", output)));

    [Theory]
    [InlineData("first", "290201")]
    [InlineData("last", "290228")]
    public void A_missing_day_is_the_first_or_last(string day, string expected) =>
        Assert.Equal(expected, Call.Apply("date", "02/29", ("in", "MM/yy"), ("out", "yyMMdd"), ("day", day)));

    [Theory]
    [InlineData("49", "50", "2049")]
    [InlineData("50", "50", "1950")]
    [InlineData("00", "0", "1900")]
    [InlineData("99", "100", "2099")]
    public void The_pivot_decides_the_century(string value, string pivot, string expected) =>
        Assert.Equal(expected, Call.Apply("date", value, ("in", "yy"), ("out", "yyyy"), ("pivot", pivot)));

    [Theory]
    [InlineData("00/29", "MM/yy", "the month is not 1 to 12")]
    [InlineData("1/29", "MM/yy", "character 2 is punctuation, not a digit")]
    [InlineData("12-29", "MM/yy", "character 3 is punctuation, not what the format has there")]
    [InlineData("12/2", "MM/yy", "4 characters are too few for the format")]
    [InlineData("12", "MM/yy", "2 characters are too few for the format")]
    [InlineData("12/291", "MM/yy", "1 characters too many")]
    [InlineData("30.02.2024", "dd.MM.yyyy", "the month has no such day")]
    [InlineData("29.02.1900", "dd.MM.yyyy", "the month has no such day")]
    [InlineData("2023366", "yyyyDDD", "the year has no such day")]
    [InlineData("2023000", "yyyyDDD", "the year has no such day")]
    [InlineData("0000-01", "yyyy-MM", "there is no year 0")]
    public void What_the_calendar_does_not_have_is_refused(string value, string input, string reason)
    {
        Assert.Equal(reason, Call.Refusal("date", value, ("in", input), ("out", "yyyy")));
        Assert.Equal(reason, Call.Refusal("date-check", value, ("in", input)));
    }

    [Theory]
    [InlineData("MM", "it has no year")]
    [InlineData("ddyyyy", "it has a day but no month")]
    [InlineData("MM.yy.yyyy", "it has the year, month or day twice")]
    [InlineData("yyyyMMDDD", "it has the year, month or day twice")]
    [InlineData("Mdd.yyyy", "a digit follows M or d, which have no fixed length")]
    [InlineData("MMM.yy", "the letters from character 1 on are none of yyyy yy MM M dd d DDD")]
    [InlineData("MM'yy", "the apostrophe at character 3 has no partner")]
    [InlineData("//", "it has neither year, month nor day")]
    public void A_bad_format_is_refused(string format, string reason) =>
        Assert.Equal($"argument 'in': {reason}", Call.Refusal("date", "x", ("in", format), ("out", "yyyy")));

    [Fact]
    public void Two_digits_never_hide_a_century()
    {
        Assert.Equal("49", Call.Apply("date", "2049", ("in", "yyyy"), ("out", "yy")));
        Assert.Equal(
            "the year is not one of 1950 to 2049, which two digits can say with pivot 50",
            Call.Refusal("date", "2050", ("in", "yyyy"), ("out", "yy")));
    }

    [Theory]
    [InlineData("dd.MM.yyyy")]
    [InlineData("yyyyMMdd")]
    [InlineData("d/M/yyyy")]
    [InlineData("yyyy-MM-dd")]
    public void Every_day_is_written_as_the_framework_writes_it_and_read_back(string format) =>
        Prop.ForAll(Gen.Choose(1, DateOnly.MaxValue.DayNumber).Select(DateOnly.FromDayNumber).ToArbitrary(), day =>
        {
            var iso = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var ordinal = Call.Apply("date", iso, ("in", "yyyy-MM-dd"), ("out", "yyyyDDD"));
            var written = Call.Apply("date", ordinal, ("in", "yyyyDDD"), ("out", format));
            return ordinal == $"{day.Year:0000}{day.DayOfYear:000}"
                && written == day.ToString(format, CultureInfo.InvariantCulture)
                && Call.Apply("date", written, ("in", format), ("out", "yyyy-MM-dd")) == iso;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2029-06-15", "yyyy-MM-dd", "2029-06-15", "2029-06-15", true)]
    [InlineData("2029-06-15", "yyyy-MM-dd", "2029-06-16", "", false)]
    [InlineData("2029-06-15", "yyyy-MM-dd", "", "2029-06-14", false)]
    [InlineData("06/29", "MM/yy", "2029-06-30", "2029-06-01", true)]
    [InlineData("06/29", "MM/yy", "2029-07-01", "", false)]
    [InlineData("06/29", "MM/yy", "", "2029-05-31", false)]
    [InlineData("2029", "yyyy", "2029-12-31", "2029-01-01", true)]
    public void Limits_are_compared_as_far_as_the_value_goes(string value, string input, string notBefore, string notAfter, bool within)
    {
        var checkedValue = Call.TryApply("date-check", value, ("in", input), ("notBefore", notBefore), ("notAfter", notAfter));
        Assert.Equal(within ? value : null, checkedValue);
    }

    [Fact]
    public void A_bad_limit_is_reported_as_such() => Assert.Equal(
        "argument 'notAfter': the month has no such day",
        Call.Refusal("date-check", "2029-01-01", ("in", "yyyy-MM-dd"), ("notAfter", "30.02.29"), ("bounds", "dd.MM.yy")));
}
