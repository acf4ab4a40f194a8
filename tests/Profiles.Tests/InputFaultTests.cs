namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule with the exact words that an author gets; the lines are those of <see cref="SoundProfile"/>.</summary>
public class InputFaultTests
{
    [Theory]
    [InlineData("identifier: cardId", "identifier: cardID",
        "p.yaml:8:15: unknown input 'cardID' in 'identifier'; did you mean 'cardId'?",
        "p.yaml:10:5: input 'cardId' is not used; use it, remove it, or list it in 'ignore'")]
    [InlineData("cardId: { required: true, maxLength: 32 }", "cardId: { maxLength: 32 }",
        "p.yaml:8:15: the identifier 'cardId' is not a required input; write 'required: true' for it")]
    [InlineData("cardId: { required: true, maxLength: 32 }", "cardId: { required: true, secret: true }",
        "p.yaml:8:15: the identifier 'cardId' is secret, but identifiers are shown in logs and reports; choose an input that is not")]
    public void The_identifier_is_a_required_input_that_may_be_shown(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("name: { required: true }", "name: { required: yes }",
        "p.yaml:12:23: 'required' is 'yes'; write true or false")]
    [InlineData("name: { required: true }", "name: { mandatory: true }",
        "p.yaml:12:13: unknown key 'mandatory' in input 'name'; the keys are required, default, maxLength, secret")]
    [InlineData("name: { required: true }", "name: { required: true, default: x }",
        "p.yaml:12:38: input 'name' is required and has a default; remove one of them")]
    [InlineData("name: { required: true }", "name: { default: Somebody, maxLength: 3 }",
        "p.yaml:12:22: the default of input 'name' is longer than its maxLength; shorten it")]
    [InlineData("name: { required: true }", "name: required",
        "p.yaml:12:11: input 'name' is not a mapping; give it the keys required, default, maxLength, secret")]
    [InlineData("name: { required: true }", "name: { required: true }\n    \"2nd\": { }",
        "p.yaml:13:5: the name of an input is '2nd'; write a letter, then letters, digits, '_', '-' and '.'",
        "p.yaml:13:5: input '2nd' is not used; use it, remove it, or list it in 'ignore'")]
    public void An_input_is_described_soundly(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("name: { required: true }", "name: { required: true }\n    other: { }",
        "p.yaml:13:5: input 'other' is not used; use it, remove it, or list it in 'ignore'")]
    [InlineData("identifier: cardId", "identifier: cardId\n  ignore: [name]",
        "p.yaml:9:12: input 'name' is used, but listed in 'ignore'; remove it there")]
    [InlineData("identifier: cardId", "identifier: cardId\n  ignore: [nam]",
        "p.yaml:9:12: unknown input 'nam' in an item of 'ignore'; did you mean 'name'?")]
    public void An_input_is_used_or_ignored(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("csv: { delimiter: \",\", encoding: utf-8 }", "csv: { delimiter: ab }",
        "p.yaml:15:23: 'delimiter' is not one character that can separate values; write a sign such as \",\", \";\", \"|\" or "
            + "\"\\t\"")]
    [InlineData("csv: { delimiter: \",\", encoding: utf-8 }", "csv: { encoding: latin1 }",
        "p.yaml:15:22: 'encoding' is 'latin1'; choose from utf-8, iso-8859-1 to iso-8859-9, iso-8859-13, iso-8859-15")]
    [InlineData("csv: { delimiter: \",\", encoding: utf-8 }", "jsonl: { encoding: utf-8 }",
        "p.yaml:15:14: unknown key 'encoding' in 'jsonl'; it has no keys")]
    [InlineData("csv: { delimiter: \",\", encoding: utf-8 }", "xml: {}",
        "p.yaml:15:5: unknown key 'xml' in 'formats'; the keys are csv, jsonl, text")]
    public void Csv_and_json_lines_have_few_keys(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("EMB: { fields: [pan, name], separator: \"|\" }", "EMB: { fields: [pan, nome], separator: \"|\" }",
        "p.yaml:18:9: required input 'name' is on no line of the text format; add it to the 'fields' of a line",
        "p.yaml:18:30: unknown input 'nome' in line 'EMB'; did you mean 'name'?")]
    [InlineData("EMB: { fields: [pan, name], separator: \"|\" }", "EMB: { fields: [pan], separator: \"|\" }",
        "p.yaml:18:9: required input 'name' is on no line of the text format; add it to the 'fields' of a line",
        "p.yaml:18:42: line 'EMB' has one field and no need of a separator; remove it")]
    [InlineData("EMB: { fields: [pan, name], separator: \"|\" }", "EMB: { fields: [pan, pan, name], separator: \"|\" }",
        "p.yaml:18:30: input 'pan' is on line 'EMB' already; take it from one place")]
    [InlineData("EMB: { fields: [pan, name], separator: \"|\" }", "EMB: { fields: [pan, name] }",
        "p.yaml:18:14: key 'separator' is missing in line 'EMB'; add it")]
    [InlineData("EMB: { fields: [pan, name], separator: \"|\" }", "EMB: { fields: pan, separator: \"|\" }",
        "p.yaml:18:9: required input 'pan' is on no line of the text format; add it to the 'fields' of a line",
        "p.yaml:18:9: required input 'name' is on no line of the text format; add it to the 'fields' of a line",
        "p.yaml:18:24: 'fields' is not a list; write its items between [ and ], or each on a line of its own after '- '",
        "p.yaml:18:40: line 'EMB' has one field and no need of a separator; remove it")]
    [InlineData("EMB: { fields: [pan, name], separator: \"|\" }", "Emb: { fields: [pan, name], separator: \"|\" }",
        "p.yaml:18:9: the key of a line is 'Emb'; write capital letters and digits, at most 16, a letter first")]
    [InlineData("EMB: { fields: [pan, name], separator: \"|\" }", "EMB: { fields: [pan, name], ignore: true }",
        "p.yaml:18:9: required input 'pan' is on no line of the text format; add it to the 'fields' of a line",
        "p.yaml:18:9: required input 'name' is on no line of the text format; add it to the 'fields' of a line",
        "p.yaml:18:24: line 'EMB' is ignored and has fields; remove one of them")]
    public void The_lines_of_the_text_format_give_every_required_input_once(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));
}
