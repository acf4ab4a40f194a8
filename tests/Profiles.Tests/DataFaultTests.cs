namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule with the exact words that an author gets; the lines are those of <see cref="SoundProfile"/>.</summary>
public class DataFaultTests
{
    [Theory]
    [InlineData("dgi: 0101", "dgi: 101",
        "p.yaml:41:16: 'dgi' is '101'; write 4 hex digits")]
    [InlineData("dgi: 9010", "dgi: 0101",
        "p.yaml:54:16: a second DGI 0101 in this application; put its data into the first",
        "p.yaml:54:16: DGI 0101 is a record of SFI 1, but not one template with tag 70; write 'tlv: { \"70\": { tag: value } }'")]
    public void A_DGI_is_four_hex_digits_and_occurs_once(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("hex: 0303", "length: 2",
        "p.yaml:54:11: the DGI has no value; give it one of hex, text, tlv, secret, checkValuesOf")]
    [InlineData("hex: 0303", "hex: 0303\n          text: x",
        "p.yaml:56:17: the DGI has both 'hex' and 'text'; keep one of them")]
    [InlineData("hex: 0303", "hax: 0303",
        "p.yaml:54:11: the DGI has no value; give it one of hex, text, tlv, secret, checkValuesOf",
        "p.yaml:55:11: unknown key 'hax' in an item of 'data'; did you mean 'hex'?")]
    public void A_DGI_has_one_value(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("dgi: 0101", "dgi: 0100",
        "p.yaml:41:16: DGI 0100 is a record with the number 00; number records from 01 to FE")]
    [InlineData("dgi: 9010", "dgi: 0A01",
        "p.yaml:54:16: DGI 0A01 is a record of SFI 10, but not one template with tag 70; write 'tlv: { \"70\": { tag: value } }'")]
    [InlineData("            70:\n", "            77:\n",
        "p.yaml:41:16: DGI 0101 is a record of SFI 1, but not one template with tag 70; write 'tlv: { \"70\": { tag: value } }'")]
    public void Records_are_numbered_and_EMV_records_are_templates(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("dgi: 9010", "dgi: 8F20",
        "p.yaml:54:16: DGI 8F20 holds a secret, which cannot stand in the profile or a record; describe it under 'secret'")]
    [InlineData("dgi: 8010", "dgi: 9020",
        "p.yaml:51:16: DGI 9020 cannot be secret; secret DGIs begin with 80 to 8F or A0 to FF")]
    [InlineData("dgi: 9000", "dgi: 8020",
        "p.yaml:49:16: DGI 8020 would be sent encrypted, but check values are not secret; choose a DGI that begins with 90 to 9F")]
    public void Secrets_and_clear_data_have_their_own_DGIs(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("checkValuesOf: 8000", "checkValuesOf: 8010",
        "p.yaml:50:26: 'checkValuesOf' is '8010', which is no DGI above this one; name the DGI with the keys, and put it first")]
    [InlineData("checkValuesOf: 8000", "checkValuesOf: 0101",
        "p.yaml:50:26: DGI 0101 has no keys; name a DGI with emvMasterKey or aesKey parts")]
    [InlineData("checkValuesOf: 8000", "checkValuesOf: 8000\n          length: 3",
        "p.yaml:51:19: 'length' has no meaning here; remove it")]
    public void Check_values_are_of_keys_above(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: { hex: \"{digits} gross\", pad: F }",
        "p.yaml:44:26: DGI 0101, tag 70/5A has something other than hex digits and names in braces; correct it; a text is written "
            + "{ text: \"...\" }")]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: { hex: \"{digit}\", pad: F }",
        "p.yaml:44:26: unknown name 'digit' in DGI 0101, tag 70/5A; did you mean 'digits'?")]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: {digits}",
        "p.yaml:44:19: DGI 0101, tag 70/5A is not a text; a text that begins with '{' needs quotes")]
    [InlineData("hex: 0303", "hex: 03x3",
        "p.yaml:55:16: DGI 9010 has something other than hex digits and names in braces; correct it; a text is written { text: "
            + "\"...\" }")]
    [InlineData("hex: 0303", "hex: 303",
        "p.yaml:55:16: DGI 9010: 3 hex digits are not whole bytes, and the profile does not say 'pad: F'; correct the value, or "
            + "its options")]
    public void Hex_values_are_hex(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: { hex: \"{digits}\", pad: 0 }",
        "p.yaml:44:43: 'pad' is '0'; write F: an odd number of hex digits gets an F at the end; or leave it out")]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: { hex: \"{digits}\", charset: utf-8 }",
        "p.yaml:44:47: 'charset' does not go with 'hex'; remove it")]
    [InlineData("5F20: { text: \"{holder}\", length: 2-26 }", "5F20: { text: \"{holder}\", pad: F }",
        "p.yaml:45:46: 'pad' does not go with 'text'; remove it")]
    [InlineData("5F20: { text: \"{holder}\", length: 2-26 }", "5F20: { text: \"{holder}\", length: 26-2 }",
        "p.yaml:45:49: 'length' is '26-2'; write a number of bytes, such as 3, or the least and the most, such as 2-26")]
    [InlineData("5F20: { text: \"{holder}\", length: 2-26 }", "5F20: { text: \"{holder}\", charset: ebcdic }",
        "p.yaml:45:50: 'charset' is 'ebcdic'; choose from utf-8, iso-8859-1 to iso-8859-9, iso-8859-13, iso-8859-15")]
    public void Options_fit_the_value(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("hex: 0303", "hex: 0303\n          length: 1",
        "p.yaml:55:16: DGI 9010: 2 bytes, not 1; correct the value, or its options")]
    [InlineData("5F20: { text: \"{holder}\", length: 2-26 }", "5F20: { text: A€, length: 2-26 }",
        "p.yaml:45:29: DGI 0101, tag 70/5F20: character 2 is not in iso-8859-1; correct the value, or its options")]
    public void What_never_fits_is_a_fault_at_once(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5F: \"{digits}\"",
        "p.yaml:44:15: '5F' is not a BER-TLV tag; write its 1 to 4 bytes as hex digits, such as 57 or 9F10")]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "61: \"{digits}\"",
        "p.yaml:44:19: DGI 0101, tag 70/61 is constructed (bit 6 of the tag's first byte), but its value is no mapping; write the "
            + "tags inside it: { tag: value }")]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: { 57: \"{digits}\" }",
        "p.yaml:44:19: DGI 0101, tag 70/5A is primitive (bit 6 of the tag's first byte), but its value is a mapping of tags; write "
            + "hex digits, or choose a constructed tag")]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: { hx: \"{digits}\" }",
        "p.yaml:44:19: DGI 0101, tag 70/5A has neither 'hex' nor 'text'; give it one of them",
        "p.yaml:44:21: unknown key 'hx' in DGI 0101, tag 70/5A; did you mean 'hex'?")]
    [InlineData("5A: { hex: \"{digits}\", pad: F }", "5A: { hex: \"{digits}\", text: x }",
        "p.yaml:44:19: DGI 0101, tag 70/5A has both 'hex' and 'text'; give it one of them")]
    [InlineData("hex: 0303", "tlv: [ { 4F: 00 }, 61 ]",
        "p.yaml:55:30: DGI 9010 is not a mapping of tags; write { tag: value }, or a list of these when a tag occurs more than once")]
    public void Tags_are_BER_and_say_whether_they_are_constructed(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));
}
