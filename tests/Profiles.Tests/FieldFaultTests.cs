namespace PersoMesh.Profiles.Tests;

/// <summary>Each rule with the exact words that an author gets; the lines are those of <see cref="SoundProfile"/>.</summary>
public class FieldFaultTests
{
    [Theory]
    [InlineData("truncate: { length: 26 }", "trunkate: { length: 26 }",
        "p.yaml:26:21: field 'holder', trunkate: there is no function 'trunkate'; did you mean 'truncate'?")]
    [InlineData("truncate: { length: 26 }", "frobnicate",
        "p.yaml:26:21: field 'holder', frobnicate: there is no function 'frobnicate'; './perso support' lists the functions and "
            + "their arguments")]
    [InlineData("truncate: { length: 26 }", "truncate: { lenght: 26 }",
        "p.yaml:26:21: field 'holder', truncate: argument 'length' is missing: length in characters; './perso support' lists the "
            + "functions and their arguments",
        "p.yaml:26:33: field 'holder', truncate: there is no argument 'lenght'; did you mean 'length'?")]
    [InlineData("truncate: { length: 26 }", "truncate: { length: many }",
        "p.yaml:26:33: field 'holder', truncate: argument 'length': it is not a whole number from 0 to 4096; './perso support' "
            + "lists the functions and their arguments")]
    public void Functions_and_arguments_are_checked_against_the_catalogue(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("truncate: { length: 26 }", "[a]",
        "p.yaml:26:21: a step is neither a function nor a function with arguments; write 'name' or 'name: { argument: value }'")]
    [InlineData("truncate: { length: 26 }", "{ upper: {}, lower: {} }",
        "p.yaml:26:21: a step is neither a function nor a function with arguments; write 'name' or 'name: { argument: value }'")]
    [InlineData("truncate: { length: 26 }", "truncate: { length: [26] }",
        "p.yaml:26:33: field 'holder', truncate: argument 'length' is missing: length in characters; './perso support' lists the "
            + "functions and their arguments",
        "p.yaml:26:41: argument 'length' of 'truncate' is a list; write a text")]
    public void A_step_is_a_function_or_a_function_with_arguments(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("from: \"{name}\"", "from: \"{nam}\"",
        "p.yaml:12:5: input 'name' is not used; use it, remove it, or list it in 'ignore'",
        "p.yaml:25:11: field 'holder': there is no input or earlier field 'nam'; did you mean 'name'?")]
    [InlineData("from: \"{pan}\"", "from: \"{pan}{holder}\"",
        "p.yaml:22:11: field 'digits': 'holder' is a field that is computed later; a field is made of inputs and of fields above it")]
    [InlineData("truncate: { length: 26 }", "truncate: { length: \"{width}\" }",
        "p.yaml:26:41: field 'holder', truncate: there is no input or earlier field 'width'; './perso support' lists the functions "
            + "and their arguments")]
    [InlineData("from: \"{pan}\"", "from: \"{pan}{digits}\"",
        "p.yaml:22:11: field 'digits': 'digits' refers to the field itself; a field is made of inputs and of fields above it")]
    public void Templates_name_inputs_and_earlier_fields(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("from: \"{name}\"", "from: \"{name}}\"",
        "p.yaml:12:5: input 'name' is not used; use it, remove it, or list it in 'ignore'",
        "p.yaml:25:11: field 'holder': from, character 7: a '}' closes nothing; write '}}' for a brace")]
    [InlineData("from: \"{name}\"", "from: {name}",
        "p.yaml:12:5: input 'name' is not used; use it, remove it, or list it in 'ignore'",
        "p.yaml:25:11: 'from' is not a text; a text that begins with '{' needs quotes")]
    [InlineData("track2: \";{digits}=29122010000?\"", "track2: \";{digits=29122010000?\"",
        "p.yaml:58:11: 'track2', character 9: a name cannot hold this character; a placeholder is written {name}")]
    public void A_template_is_well_formed(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));

    [Theory]
    [InlineData("  holder:\n", "  name:\n",
        "p.yaml:24:3: field 'name': an input has the same name; a field is made of inputs and of fields above it",
        "p.yaml:45:29: unknown name 'holder' in DGI 0101, tag 70/5F20; the names known here are cardId, pan, name, pinBlock, digits",
        "p.yaml:62:15: unknown name 'holder' in the embossed text; the names known here are cardId, pan, name, pinBlock, digits")]
    public void A_field_has_a_name_of_its_own(string find, string replacement, params string[] expected) =>
        Assert.Equal(expected, SoundProfile.FaultsWith(find, replacement));
}
