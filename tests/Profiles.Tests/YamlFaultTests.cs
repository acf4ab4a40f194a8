namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule with the exact words that an author gets; the lines are those of <see cref="SoundProfile"/>.</summary>
public class YamlFaultTests
{
    [Theory]
    [InlineData("title: Sample card", "titel: Sample card",
        "p.yaml:1:1: key 'title' is missing in the profile; add it",
        "p.yaml:3:1: unknown key 'titel' in the profile; did you mean 'title'?")]
    [InlineData("title: Sample card", "title: Sample card\nissuer: Demo Bank",
        "p.yaml:4:1: unknown key 'issuer' in the profile; the keys are profile, version, title, pool, retentionDays, maxAttempts, "
            + "input, fields, chip, fileSystem, magneticStripe, embossing, printing")]
    public void A_key_that_is_not_known_is_a_fault(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("title: Sample card", "title: Sample card\nversion: 2",
        "p.yaml:4:1: key 'version' is given twice, first in line 2; remove one of them")]
    public void A_key_given_twice_is_a_fault(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("title: Sample card", "title: \"unclosed",
        "p.yaml:3:8: not YAML: while scanning a multi-line double-quoted scalar, found wrong indentation; check quotes, brackets "
            + "and indentation on this line and the one above")]
    [InlineData("title: Sample card", "title: [a, b",
        "p.yaml:3:9: not YAML from here on; check that every bracket, brace and quote is closed")]
    [InlineData("title: Sample card", "title: a: b",
        "p.yaml:3:9: not YAML: while scanning a plain scalar value, found invalid mapping; check quotes, brackets and indentation "
            + "on this line and the one above")]
    public void What_YAML_cannot_read_is_a_fault(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("pool: test", "pool: &a test",
        "p.yaml:4:7: an anchor, '&a'; remove it: profiles have no anchors and aliases")]
    [InlineData("version: 1\n", "version: *x\n",
        "p.yaml:1:1: key 'version' is missing in the profile; add it",
        "p.yaml:2:10: an alias, '*x'; write the value out: profiles have no anchors and aliases")]
    [InlineData("pool: test", "pool: !secret test",
        "p.yaml:4:7: a YAML tag, '!secret'; remove it: the key says what its value means")]
    public void Anchors_aliases_and_tags_are_faults(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("pool: test", "pool:",
        "p.yaml:4:6: 'pool' has no value; write one; an empty text is \"\"")]
    [InlineData("pool: test", "pool: [a]",
        "p.yaml:4:7: 'pool' is a list; write a text")]
    [InlineData("title: Sample card", "title: { de: Karte }",
        "p.yaml:3:8: 'title' is a mapping; write a text")]
    [InlineData("title: Sample card", "title: {title}",
        "p.yaml:3:8: 'title' is not a text; a text that begins with '{' needs quotes")]
    public void A_text_must_be_a_text(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("version: 1\n", "version: one\n",
        "p.yaml:2:10: 'version' is 'one'; write a whole number from 1 to 999999")]
    [InlineData("version: 1\n", "version: 0\n",
        "p.yaml:2:10: 'version' is '0'; write a whole number from 1 to 999999")]
    [InlineData("profile: sample", "profile: Sample_Card",
        "p.yaml:1:10: 'profile' is 'Sample_Card'; write small letters, digits and hyphens, at most 64, a letter first")]
    [InlineData("retentionDays: 30", "retentionDays: 4000",
        "p.yaml:5:16: 'retentionDays' is '4000'; write a whole number from 0 to 3650")]
    [InlineData("maxAttempts: 3", "maxAttempts: 11",
        "p.yaml:6:14: 'maxAttempts' is '11'; write a whole number from 1 to 10")]
    public void Numbers_and_names_have_a_form(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));
}
