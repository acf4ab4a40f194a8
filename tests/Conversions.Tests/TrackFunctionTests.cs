using System.Text.RegularExpressions;

namespace PersoMesh.Conversions.Tests;

public class TrackFunctionTests
{
    const string Pan = "4000001234567899";

    [Fact]
    public void Tracks_match_the_samples()
    {
        // STANDARDS.md §7, where they were encoded to bits and LRC independently.
        Assert.Equal("%B4000001234567899^DOE/JANE^29122010000000000?", Track1("DOE/JANE", "2912", "201", "0000000000"));
        Assert.Equal(";4000001234567899=29122010000000000?", Track2("2912", "201", "0000000000"));
    }

    [Fact]
    public void Missing_expiry_and_service_code_are_separators()
    {
        // The structure of the sample in Wikipedia's "ISO/IEC 7813": name padded to 26, then ^^^ and discretionary data.
        Assert.Equal(
            $"%B{Pan}^YATES/EUGENE L            ^^^0000000      00998000000?",
            Track1("YATES/EUGENE L            ", "", "", "0000000      00998000000"));
        Assert.Equal($"%B{Pan}^DOE/JANE^^201?", Track1("DOE/JANE", "", "201", ""));
        Assert.Equal($";{Pan}===?", Track2("", "", ""));
        Assert.Equal($";{Pan}=2912=?", Track2("2912", "", ""));
    }

    [Theory]
    [InlineData("DOE/JANE", "2912", "201", "0000000000")]
    [InlineData("DOE/JANE", "", "", "123")]
    [InlineData("O/A", "2501", "", "1-$().")]
    public void Tracks_are_read_by_an_independent_pattern(string name, string expiry, string service, string discretionary)
    {
        // The pattern in the "Parsing" section of the same article, with names for its groups.
        const string pattern =
            @"^%(?<format>[A-Z])(?<pan>[0-9]{1,19})\^(?<name>[^\^]{2,26})\^" +
            @"(?<expiry>[0-9]{4}|\^)(?<service>[0-9]{3}|\^)(?<discretionary>[^\?]+)\?$";
        var match = Regex.Match(Track1(name, expiry, service, discretionary), pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.Equal(
            ["B", Pan, name, expiry.Length > 0 ? expiry : "^", service.Length > 0 ? service : "^", discretionary],
            match.Groups.Values.Skip(1).Select(g => g.Value));
    }

    [Theory]
    // Tag 57 of published EMV test cards, Visa and Mastercard, found alike in many public terminal and host simulators.
    [InlineData("4761739001010119", "2212", "201", "1758928889", "4761739001010119D22122011758928889")]
    [InlineData("4761739001010119", "2212", "201", "1143804400000", "4761739001010119D22122011143804400000F")]
    [InlineData("5413330089020011", "2512", "601", "079360805", "5413330089020011D2512601079360805F")]
    public void Track_2_equivalent_data_match_published_cards(
        string pan, string expiry, string service, string discretionary, string expected) => Assert.Equal(
        expected,
        Call.Apply("track2-equivalent", "", ("pan", pan), ("expiry", expiry), ("service", service), ("discretionary", discretionary)));

    [Fact]
    public void Tracks_are_filled_to_the_last_character_and_no_further()
    {
        var name = new string('A', 26);
        Assert.Equal(78, Track1(name, "2912", "201", new string('1', 24)).Length); // and the LRC: 79
        Assert.Equal(
            "80 characters with the LRC; the track has 79: shorten the discretionary data",
            Call.Refusal("track1", "", [.. Filled(25), ("name", name)]));
        Assert.Equal(39, Track2("2912", "201", new string('1', 13)).Length);
        Assert.Equal(
            "41 characters with the LRC; the track has 40: shorten the discretionary data",
            Call.Refusal("track2", "", Filled(14)));
        Assert.Equal(38, Call.Apply("track2-equivalent", "", Filled(14)).Length);
        Assert.Equal("20 bytes; track 2 equivalent data has at most 19", Call.Refusal("track2-equivalent", "", Filled(15)));

        static (string, string)[] Filled(int discretionary) => Arguments("2912", "201", new string('1', discretionary));
    }

    [Theory]
    [InlineData("pan", "4000001", "7 digits; an account number has 8 to 19 (ISO/IEC 7812-1)")]
    [InlineData("pan", "12345678901234567890", "20 digits; an account number has 8 to 19 (ISO/IEC 7812-1)")]
    [InlineData("pan", "4000 001234567899", "character 5 is a space, not a digit")]
    [InlineData("expiry", "2913", "its last two digits are no month; it is YYMM")]
    [InlineData("expiry", "291", "3 digits, not 4")]
    [InlineData("service", "2011", "4 digits, not 3")]
    [InlineData("discretionary", "12-4", "character 3 is punctuation, not a digit")]
    public void Bad_parts_are_named(string argument, string value, string reason)
    {
        var arguments = Arguments("2912", "201", "").Where(a => a.Name != argument).Append((argument, value)).ToArray();
        Assert.Equal($"argument '{argument}': {reason}", Call.Refusal("track2", "", arguments));
        Assert.Equal($"argument '{argument}': {reason}", Call.Refusal("track2-equivalent", "", arguments));
    }

    [Theory]
    [InlineData("A", "1 characters; a name on track 1 has 2 to 26")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ/", "27 characters; a name on track 1 has 2 to 26")]
    [InlineData("DOE^JANE", "character 4 is punctuation; track 1 has A-Z, 0-9, space and $()-./ only")]
    [InlineData("O'NEIL/A", "character 2 is punctuation; track 1 has A-Z, 0-9, space and $()-./ only")]
    [InlineData("DOE?", "character 4 is punctuation; track 1 has A-Z, 0-9, space and $()-./ only")]
    [InlineData("Doe/J", "character 2 is a lower-case letter; track 1 has A-Z, 0-9, space and $()-./ only")]
    public void A_name_keeps_to_the_characters_and_length_of_track_1(string name, string reason)
    {
        Assert.Equal($"argument 'name': {reason}",
            Call.Refusal("track1", "", ("pan", Pan), ("name", name), ("expiry", "2912"), ("service", "201")));
        Assert.Equal(reason, Call.Refusal("track-name", name));
    }

    [Theory]
    [InlineData("DOE JANE", "there is no '/' after the surname")]
    [InlineData("/JANE", "character 1 is not a letter")]
    [InlineData("DOE/JANE/X", "character 9 is a second '/'")]
    [InlineData("ST.JOHN/JANE", "character 3 is a '.' in the surname; it separates the title")]
    [InlineData("DOE/J.A.MS", "character 8 is a second '.'")]
    public void A_name_has_surname_first_name_and_title(string name, string reason) =>
        Assert.Equal(reason, Call.Refusal("track-name", name));

    [Theory]
    [InlineData("DOE", "", "", "DOE/")]
    [InlineData("O", "", "", "O/")]
    [InlineData("DOE", "JANE", "", "DOE/JANE")]
    [InlineData("DOE", "", "DR", "DOE/.DR")]
    [InlineData("DE LA CRUZ", "MARIA JOSE", "DRA", "DE LA CRUZ/MARIA JOSE.DRA")]
    public void A_name_is_built_from_its_parts(string last, string first, string title, string expected) =>
        Assert.Equal(expected, Call.Apply("track-name", "", ("last", last), ("first", first), ("title", title)));

    [Theory]
    [InlineData("track1")]
    [InlineData("track2")]
    [InlineData("track2-equivalent")]
    [InlineData("track-name")]
    public void What_flows_in_is_not_lost(string function)
    {
        (string, string)[] arguments = function switch
        {
            "track1" => [.. Arguments("2912", "201", ""), ("name", "DOE/JANE")],
            "track-name" => [("last", "DOE")],
            _ => Arguments("2912", "201", ""),
        };
        Assert.Equal(
            "it builds its result from arguments, but a value flows in: leave out 'from'",
            Call.Refusal(function, "DOE/JANE", arguments));
    }

    static (string Name, string Value)[] Arguments(string expiry, string service, string discretionary) =>
        [("pan", Pan), ("expiry", expiry), ("service", service), ("discretionary", discretionary)];

    static string Track1(string name, string expiry, string service, string discretionary) =>
        Call.Apply("track1", "", [.. Arguments(expiry, service, discretionary), ("name", name)]);

    static string Track2(string expiry, string service, string discretionary) =>
        Call.Apply("track2", "", Arguments(expiry, service, discretionary));
}
