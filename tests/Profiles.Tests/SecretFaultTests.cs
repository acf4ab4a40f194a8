namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule with the exact words that an author gets; the lines are those of <see cref="SoundProfile"/>.</summary>
public class SecretFaultTests
{
    [Theory]
    [InlineData("emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 01 }",
        "emvMasterkey: { master: IMK, pan: \"{digits}\", sequence: 01 }",
        "p.yaml:48:15: unknown kind of secret 'emvMasterkey'; did you mean 'emvMasterKey'?")]
    [InlineData("emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 01 }", "emvMasterKey",
        "p.yaml:48:15: DGI 8000, part 1 is not one kind of secret with its keys; write 'kind: { key: value }' with one of "
            + "emvMasterKey, pinBlock, aesKey, cardKey, pinKey, random, wrapped")]
    public void A_secret_part_is_of_a_known_kind(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 01 }", "emvMasterKey: { master: IMK, pan: \"{digits}\" }",
        "p.yaml:48:29: key 'sequence' is missing in 'emvMasterKey'; add it")]
    [InlineData("emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 01 }",
        "emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 1 }",
        "p.yaml:48:71: 'sequence' is '1'; write two digits, such as 01, or a template that gives them")]
    [InlineData("emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 01 }",
        "emvMasterKey: { master: \"{digits}\", pan: \"{digits}\", sequence: 01 }",
        "p.yaml:48:39: 'master' is '{digits}'; write the key's label in the security module: letters, digits, '-', '_', '.', at "
            + "most 64")]
    [InlineData("emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 01 }", "aesKey: { master: SITE, diversifier: \"{digits}xyz\" }",
        "p.yaml:48:52: 'diversifier' has something other than hex digits and names in braces; correct it; a text is written { "
            + "text: \"...\" }")]
    [InlineData("emvMasterKey: { master: IMK, pan: \"{digits}\", sequence: 01 }", "random: { length: 241 }",
        "p.yaml:48:33: 'length' is '241'; write a whole number from 1 to 240")]
    public void A_secret_part_has_its_arguments(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("from: iso-0, to: iso-2 }", "from: iso-0, to: iso-2 }\n            - random: { length: 7 }",
        "p.yaml:51:16: DGI 8010 has 15 secret bytes, but SCP02 encrypts whole blocks of 8; add 'random: { length: 1 }' if the "
            + "application takes it")]
    public void Secrets_fill_whole_blocks_of_the_cipher(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("from: iso-0, to: iso-2", "from: iso-1, to: iso-2",
        "p.yaml:53:63: 'pan' is of no use to a PIN block of format 1; remove it")]
    [InlineData("from: iso-0, to: iso-2", "from: iso-5, to: iso-2",
        "p.yaml:53:81: 'from' is 'iso-5'; choose from iso-0, iso-1, iso-2, iso-3, iso-4")]
    [InlineData("from: iso-0, to: iso-2", "from: iso-0, to: iso-0",
        "p.yaml:53:92: 'to' is 'iso-0'; choose from iso-1, iso-2")]
    [InlineData("pan: \"{digits}\", from: iso-0", "from: iso-3",
        "p.yaml:53:25: key 'pan' is missing in 'pinBlock'; add it")]
    public void A_PIN_block_has_formats_and_needs_the_PAN_for_some(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("hex: 0303", "hex: \"{pinBlock}\"",
        "p.yaml:55:16: 'pinBlock' is a PIN block; remove it: a PIN block goes into pinBlock and nowhere else")]
    [InlineData("track2: \";{digits}=29122010000?\"", "track2: \"{pinBlock}\"",
        "p.yaml:58:11: 'pinBlock' is a PIN block; remove it: a PIN block goes into pinBlock and nowhere else")]
    [InlineData("{ text: \"{digits}\", row: 1, show: true }", "{ text: \"{pinBlock}\", row: 1, show: true }",
        "p.yaml:61:15: 'pinBlock' is a PIN block; remove it: a PIN block goes into pinBlock and nowhere else")]
    [InlineData("    from: \"{name}\"", "    from: \"{name}{pinBlock}\"",
        "p.yaml:45:29: 'holder' is made of the PIN block 'pinBlock'; remove it: a PIN block goes into pinBlock and nowhere else",
        "p.yaml:62:15: 'holder' is made of the PIN block 'pinBlock'; remove it: a PIN block goes into pinBlock and nowhere else")]
    public void A_PIN_block_goes_into_the_security_module_only(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("{ text: \"{digits}\", row: 1, show: true }", "{ text: \"{digits}\", row: 1 }",
        "p.yaml:61:15: 'digits' is secret and would be seen on the card; write 'show: true' beside the text if that is meant")]
    [InlineData("text: DEMO", "text: \"No. {pan}\"",
        "p.yaml:66:15: 'pan' is secret and would be seen on the card; write 'show: true' beside the text if that is meant")]
    [InlineData("{ text: \"{holder}\", row: 3 }", "{ text: \"{holder}\", row: 3, show: true }",
        "p.yaml:62:41: warning: 'show: true', but the embossed text draws on no secret input; remove it")]
    public void A_secret_is_shown_only_if_the_profile_says_so(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Fact]
    public void A_PIN_block_under_a_key_of_many_cards_has_random_digits()
    {
        const string Before = "privileges: 00, parameters: C900 }";
        const string With = Before + "\n      personalizationKey: PK";
        Assert.Equal(
            ["p.yaml:40:27: a PIN block of format 2 under a key of many cards would tell which cards have the same PIN; write 'to: iso-1' in its pinBlock"],
            SoundProfile.FaultsWith(Before, With));
        var random = SoundProfile.Yaml.Replace("to: iso-2", "to: iso-1", StringComparison.Ordinal).Replace(Before, With, StringComparison.Ordinal);
        Assert.Empty(ProfileLibrary.Read("p.yaml", random).Faults);
    }
}
