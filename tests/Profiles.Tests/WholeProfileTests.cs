namespace PersoMesh.Profiles.Tests;

public class WholeProfileTests
{
    [Fact]
    public void A_sound_profile_has_no_faults() => Assert.Empty(ProfileLibrary.Read("p.yaml", SoundProfile.Yaml).Faults);

    [Theory]
    [InlineData("", "p.yaml:1:1: the file is empty; begin with 'profile: name'")]
    [InlineData("# nothing\n", "p.yaml:1:1: the file is empty; begin with 'profile: name'")]
    [InlineData("- a\n", "p.yaml:1:1: a profile is a mapping of keys; begin with 'profile: name'")]
    [InlineData("? [a]\n: b\n", "p.yaml:1:3: a key that is not text; a text that begins with '{' or '[' needs quotes")]
    public void A_file_that_is_no_profile_says_so_first(string yaml, string expected) =>
        Assert.Equal(expected, ProfileLibrary.Read("p.yaml", yaml).Faults.First(f => !f.What.Contains("missing", StringComparison.Ordinal)
            && !f.What.Contains("does nothing", StringComparison.Ordinal)).ToString());

    [Fact]
    public void A_second_document_is_a_fault() => Assert.Equal(
        ["p.yaml:68:1: a second YAML document; put each profile into a file of its own"],
        ProfileLibrary.Read("p.yaml", $"{SoundProfile.Yaml}\n---\na: b\n").Faults.Select(f => f.ToString()));

    [Fact]
    public void Everything_that_is_missing_is_named() => Assert.Equal(
        [
            "p.yaml:1:1: key 'version' is missing in the profile; add it",
            "p.yaml:1:1: key 'title' is missing in the profile; add it",
            "p.yaml:1:1: key 'pool' is missing in the profile; add it",
            "p.yaml:1:1: key 'retentionDays' is missing in the profile; add it",
            "p.yaml:1:1: key 'maxAttempts' is missing in the profile; add it",
            "p.yaml:1:1: the profile does nothing with the card; give it at least one of chip, fileSystem, magneticStripe, embossing, printing",
            "p.yaml:2:8: key 'fields' is missing in 'input'; add it",
            "p.yaml:2:8: key 'identifier' is missing in 'input'; add it",
            "p.yaml:2:8: key 'formats' is missing in 'input'; add it",
        ],
        ProfileLibrary.Read("p.yaml", "profile: p\ninput: {}\n").Faults.Select(f => f.ToString()));

    [Fact]
    public void Faults_of_all_parts_come_together_in_the_order_of_the_file()
    {
        var yaml = SoundProfile.Yaml
            .Replace("maxAttempts: 3", "maxAttempts: many", StringComparison.Ordinal)
            .Replace("luhn-check", "lun-check", StringComparison.Ordinal)
            .Replace("hex: 0303", "hex: 030", StringComparison.Ordinal)
            .Replace("row: 3", "row: 9", StringComparison.Ordinal);
        var reading = ProfileLibrary.Read("p.yaml", yaml);
        Assert.Null(reading.Profile);
        Assert.Equal([6, 23, 55, 62], reading.Faults.Select(f => f.Line));
    }

    [Fact]
    public void Warnings_do_not_keep_a_profile_from_use()
    {
        var reading = ProfileLibrary.Read("p.yaml",
            SoundProfile.Yaml.Replace("keyVersion: 20", "keyVersion: 01", StringComparison.Ordinal));
        Assert.True(Assert.Single(reading.Faults).IsWarning);
        Assert.NotNull(reading.Profile);
    }

    [Fact]
    public void Without_inputs_nothing_is_said_about_names()
    {
        var at = SoundProfile.Yaml.IndexOf("input:", StringComparison.Ordinal);
        var yaml = SoundProfile.Yaml[..at] + SoundProfile.Yaml[SoundProfile.Yaml.IndexOf("chip:", StringComparison.Ordinal)..];
        Assert.Equal(["p.yaml:1:1: key 'input' is missing in the profile; add it"],
            ProfileLibrary.Read("p.yaml", yaml).Faults.Select(f => f.ToString()));
    }

    [Theory]
    [InlineData("    csv: { delimiter: \",\", encoding: utf-8 }\n    text:\n", "    txt:\n",
        "p.yaml:15:5: unknown key 'txt' in 'formats'; did you mean 'text'?")]
    [InlineData("      aid: F0000000010101\n",
        "      aid: F0000000010101\n      data: [ { dgi: 9102, tlv: {} } ]\n    - name: other\n      aid: F0000000010101\n",
        "p.yaml:40:7: a second application with the AID F0000000010101; give each application an AID of its own")]
    public void Rules_that_span_lines(string find, string replacement, string expected) =>
        Assert.Equal([expected], SoundProfile.FaultsWith(find, replacement));

    [Fact]
    public void Nesting_has_an_end() => Assert.Equal(
        "p.yaml:1:40: not YAML: nested deeper than 32 levels; check quotes, brackets and indentation on this line and the one above",
        Assert.Single(ProfileLibrary.Read("p.yaml", $"title: {new string('[', 10_000)}").Faults).ToString());

    [Fact]
    public void Whatever_a_file_holds_reading_it_ends_with_faults_and_not_with_an_exception()
    {
        const string Signs = "{}[]:\"'-#&*!|>%@`?, \t\n0aF";
        var random = new Random(20_240_101);
        for (var i = 0; i < 500; i++)
        {
            var yaml = SoundProfile.Yaml.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                yaml[random.Next(yaml.Length)] = Signs[random.Next(Signs.Length)];
            var text = new string(yaml, 0, random.Next(3) == 0 ? random.Next(yaml.Length) : yaml.Length);
            var reading = ProfileLibrary.Read("p.yaml", text);
            Assert.True(reading.Profile is not null || reading.Faults.Any(f => !f.IsWarning), text);
            Assert.All(reading.Faults, f => Assert.True(f is { Line: > 0, Column: > 0, What.Length: > 0, Remedy.Length: > 0 }));
        }
    }
}
