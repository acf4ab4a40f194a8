namespace PersoMesh.Conversions.Tests;

public class TextFunctionTests
{
    [Theory]
    [InlineData("ANNA MARIA SCHMIDT", 10, "word", "ANNA MARIA")]
    [InlineData("ANNA MARIA SCHMIDT", 9, "word", "ANNA")]
    [InlineData("ANNA  MARIA", 5, "word", "ANNA")]
    [InlineData("ANNA", 4, "word", "ANNA")]
    [InlineData("SCHMIDT", 3, "word-or-hard", "SCH")]
    [InlineData("SCHMIDT", 3, "hard", "SCH")]
    [InlineData("SCHMIDT", 0, "hard", "")]
    [InlineData("A😀B", 2, "hard", "A")]
    [InlineData("A😀B", 3, "hard", "A😀")]
    public void Truncation_keeps_words_or_characters_whole(string value, int length, string at, string expected) =>
        Assert.Equal(expected, Call.Apply("truncate", value, ("length", $"{length}"), ("at", at)));

    [Theory]
    [InlineData(1, "", "ABCDEF")]
    [InlineData(6, "", "F")]
    [InlineData(-2, "1", "E")]
    [InlineData(-6, "", "ABCDEF")]
    public void Substring_counts_from_one_or_from_the_end(int start, string length, string expected) =>
        Assert.Equal(expected, Call.Apply("substring", "ABCDEF", ("start", $"{start}"), ("length", length)));

    [Theory]
    [InlineData("7", "", "the value has 6 characters, too few to take any from position 7")]
    [InlineData("-7", "2", "the value has 6 characters, too few to take 2 from the 7. last on")]
    [InlineData("0", "2", "argument 'start': positions count from 1")]
    [InlineData("2", "0", "argument 'length': it is not a whole number from 1 to 4096, nor empty")]
    public void Substring_takes_nothing_that_is_not_there(string start, string length, string reason) =>
        Assert.Equal(reason, Call.Refusal("substring", "ABCDEF", ("start", start), ("length", length)));

    [Fact]
    public void Substring_cuts_no_surrogate_pair() =>
        Assert.Equal("it would cut a surrogate pair", Call.Refusal("substring", "A😀", ("start", "1"), ("length", "2")));

    [Theory]
    [InlineData("MCDONALD-O'BRIEN", "Mcdonald-O'Brien")]
    [InlineData("jean/luc", "Jean/Luc")]
    [InlineData("ÉMILE ÉCOLE", "Émile École")]
    public void Title_case_starts_words_after_separators(string value, string expected) =>
        Assert.Equal(expected, Call.Apply("title-case", value));

    [Fact]
    public void A_table_is_checked()
    {
        Assert.Equal("argument 'table': entry 2 has no '='", Call.Refusal("map", "a", ("table", "a=b;c")));
        Assert.Equal("argument 'table': entry 2 repeats an earlier one", Call.Refusal("map", "a", ("table", "a=b;a=c")));
        Assert.Equal("b=c", Call.Apply("map", "a", ("table", "a=b=c")));
        Assert.Equal("?", Call.Apply("map", "z", ("table", "a=b"), ("otherwise", "?")));
    }

    [Theory]
    [InlineData("a|ab", "ab")] // the first alternative alone would match only a part
    [InlineData("ab$", "ab")]
    public void A_pattern_matches_the_whole_value(string pattern, string value) =>
        Assert.Equal(value, Call.Apply("matches", value, ("pattern", pattern)));

    [Theory]
    [InlineData("a", "ab")]
    [InlineData("b", "ab")]
    [InlineData("ab", "ab\n")]
    [InlineData("a)|(b", "b")]
    public void A_pattern_that_matches_a_part_is_not_enough(string pattern, string value) =>
        Call.Refusal("matches", value, ("pattern", pattern));

    [Fact]
    public void An_endless_match_is_cut_off()
    {
        var reason = Call.Refusal("matches", new string('a', 60) + "!", ("pattern", "(a+)+"));
        Assert.Equal("matching took longer than 100 ms; make the pattern less ambiguous", reason);
    }

    [Fact]
    public void A_group_that_took_no_part_is_refused() => Assert.Equal(
        "argument 'group': the match has no such group",
        Call.Refusal("regex-match", "a", ("pattern", "(a)|(b)"), ("group", "2")));

    [Fact]
    public void Patterns_that_differ_from_card_to_card_are_cached_within_limits()
    {
        for (var i = 0; i < 1000; i++)
            Assert.Equal($"{i}", Call.Apply("matches", $"{i}", ("pattern", $"{i}")));
    }
}
