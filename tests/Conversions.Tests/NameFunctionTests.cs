namespace PersoMesh.Conversions.Tests;

public class NameFunctionTests
{
    // ICAO Doc 9303-3 (8th edition 2021) §6 A, first recommendation: code point, transliteration.
    const string Table = """
        00C0 A 00C1 A 00C2 A 00C3 A 00C4 AE 00C5 AA 00C6 AE 00C7 C 00C8 E 00C9 E 00CA E 00CB E 00CC I 00CD I 00CE I 00CF I
        00D0 D 00D1 N 00D2 O 00D3 O 00D4 O 00D5 O 00D6 OE 00D8 OE 00D9 U 00DA U 00DB U 00DC UE 00DD Y 00DE TH 0100 A 0102 A
        0104 A 0106 C 0108 C 010A C 010C C 010E D 0110 D 0112 E 0114 E 0116 E 0118 E 011A E 011C G 011E G 0120 G 0122 G
        0124 H 0126 H 0128 I 012A I 012C I 012E I 0130 I 0131 I 0132 IJ 0134 J 0136 K 0139 L 013B L 013D L 013F L 0141 L
        0143 N 0145 N 0147 N 014A N 014C O 014E O 0150 O 0152 OE 0154 R 0156 R 0158 R 015A S 015C S 015E S 0160 S 0162 T
        0164 T 0166 T 0168 U 016A U 016C U 016E U 0170 U 0172 U 0174 W 0176 Y 0178 Y 0179 Z 017B Z 017D Z 1E9E SS
        """;

    public static TheoryData<string, string> Letters
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var pair in Table.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Chunk(2))
                data.Add($"{(char)Convert.ToInt32(pair[0], 16)}", pair[1]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Letters))]
    public void Letters_fold_as_in_passports(string letter, string expected)
    {
        // The dotless ı stands in the table by its code point, though it is a lower-case letter.
        Assert.Equal(letter == "ı" ? "i" : expected, Call.Apply("ascii-fold", letter));
        var lower = letter.ToLowerInvariant();
        if (lower != letter)
            Assert.Equal(expected.ToLowerInvariant(), Call.Apply("ascii-fold", lower));
    }

    [Theory]
    [InlineData("Österreich", "Oesterreich")]
    [InlineData("ÖSTERREICH", "OESTERREICH")]
    [InlineData("Ö", "OE")]
    [InlineData("Þór", "Thor")]
    [InlineData("Ștefan Țepeș", "Stefan Tepes")]
    [InlineData("Weiß", "Weiss")]
    [InlineData("plain ASCII 123", "plain ASCII 123")]
    public void The_case_of_the_surroundings_is_kept(string value, string expected) =>
        Assert.Equal(expected, Call.Apply("ascii-fold", value));

    [Theory]
    [InlineData("Mu\u0308ller", "Müller")]
    [InlineData("JOSE\u0301", "JOSÉ")]
    [InlineData("A\u030Asa", "Åsa")]
    public void Combining_marks_are_composed(string value, string expected)
    {
        Assert.Equal(expected, Call.Apply("transliterate-check", value));
        Assert.Equal(Call.Apply("ascii-fold", expected), Call.Apply("ascii-fold", value));
    }

    [Fact]
    public void A_mark_without_its_letter_is_refused()
    {
        Assert.Equal("U+0308 at position 2 has no place in ISO 8859-1", Call.Refusal("transliterate-check", "X\u0308"));
        Assert.Equal("U+0308 at position 1 has no place in ASCII", Call.Refusal("ascii-fold", "\u0308X"));
    }

    [Theory]
    [InlineData("iso-8859-1", "Łódź Émile", "Lódz Émile")]
    [InlineData("iso-8859-2", "Łódź Émile Øre", "Łódź Émile Oere")]
    [InlineData("iso-8859-15", "Œuvre Ž", "Œuvre Ž")]
    [InlineData("iso-8859-9", "Şahin Ğ İ", "Şahin Ğ İ")]
    [InlineData("utf-8", "Ω😀", "Ω😀")]
    public void Only_what_has_no_place_is_folded(string charset, string value, string expected) =>
        Assert.Equal(expected, Call.Apply("transliterate-check", value, ("charset", charset), ("fold", "true")));

    [Theory]
    [InlineData("Jos\u00C3\u0083", "U+0083 at position 5 is a control character")] // UTF-8 read as Latin-1
    [InlineData("A\tB", "U+0009 at position 2 is a control character")]
    [InlineData("O\u2019Neil", "U+2019 at position 2 has no place in ISO 8859-1")]
    [InlineData("Иван", "U+0418 at position 1 has no place in ISO 8859-1")]
    public void Damage_and_foreign_scripts_are_refused_even_when_folding(string value, string reason)
    {
        Assert.Equal(reason, Call.Refusal("transliterate-check", value));
        Assert.Equal(reason, Call.Refusal("transliterate-check", value, ("fold", "true")));
    }

    [Fact]
    public void Positions_are_those_of_the_text_that_came() =>
        Assert.Equal("U+03A9 at position 4 has no place in ASCII", Call.Refusal("ascii-fold", "ÄÖÜΩ"));

    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.Equal(
        "U+D83D at position 2 has no place in UTF-8",
        Call.Refusal("transliterate-check", "A\uD83D", ("charset", "utf-8"), ("fold", "true")));
}
