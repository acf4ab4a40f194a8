namespace PersoMesh.Profiles.Tests;

/// <summary>
/// What only issuer preparation computes: each rule with the exact words that an author gets; the lines are those of
/// <see cref="SoundProfile"/>, with a field more as line 27.
/// </summary>
public class PreparedFieldFaultTests
{
    const string Last = "    steps: [ upper, truncate: { length: 26 } ]";

    [Theory]
    [InlineData("cvv: { cvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\", serviceCode: \"201\" } }")]
    [InlineData("icvv: { icvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\" } }")]
    [InlineData("cvv2: { cvv2: { key: CVK, pan: \"{digits}\", expiry: \"2912\", dateOrder: YYMM } }")]
    [InlineData("pvv: { pvv: { key: PVK, index: 1, pan: \"{digits}\", pinBlock: { block: \"{pinBlock}\", key: ZPK, from: iso-0 } } }")]
    [InlineData("number: { cardNumber: { counter: pan, prefix: \"4000\", length: 16, luhn: true } }")]
    public void Sound_ones_have_no_fault(string field) => Assert.Empty(FaultsOf(field));

    [Theory]
    [InlineData("cvv: { cvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\" } }",
        "p.yaml:27:15: key 'serviceCode' is missing in 'cvv'; add it")]
    [InlineData("cvv: { icvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\", serviceCode: 999 } }",
        "p.yaml:27:61: unknown key 'serviceCode' in 'icvv'; the keys are key, pan, expiry")]
    [InlineData("cvv: { cvv2: { key: CVK, pan: \"{digits}\", expiry: \"2912\", dateOrder: YYYYMM } }",
        "p.yaml:27:72: 'dateOrder' is 'YYYYMM'; choose from MMYY, YYMM")]
    [InlineData("cvv: { icvv: { key: \"{digits}\", pan: \"{digits}\", expiry: \"2912\" } }",
        "p.yaml:27:23: 'key' is '{digits}'; write the key's label in the security module: letters, digits, '-', '_', '.', at most 64")]
    [InlineData("cvv: { icvv: { key: CVK, pan: \"{digit}\", expiry: \"2912\" } }",
        "p.yaml:27:33: unknown name 'digit' in 'pan'; did you mean 'digits'?")]
    [InlineData("cvv: { icvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\" }, steps: [ upper ] }",
        "p.yaml:27:63: unknown key 'steps' in field 'cvv'; the keys are icvv")]
    [InlineData("name: { icvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\" } }",
        "p.yaml:27:3: field 'name': an input has the same name; a field is made of inputs and of fields above it")]
    public void A_card_verification_value_is_described_soundly(string field, params string[] expected) => Assert.Equal(expected, FaultsOf(field));

    [Theory]
    [InlineData("pvv: { pvv: { key: PVK, pan: \"{digits}\", pinBlock: { block: \"{pinBlock}\", key: ZPK, from: iso-0 } } }",
        "p.yaml:27:15: key 'index' is missing in 'pvv'; add it")]
    [InlineData("pvv: { pvv: { key: PVK, index: 10, pan: \"{digits}\", pinBlock: { block: \"{pinBlock}\", key: ZPK, from: iso-0 } } }",
        "p.yaml:27:34: 'index' is '10'; write a whole number from 0 to 9")]
    [InlineData("pvv: { pvv: { key: PVK, index: 1, pan: \"{digits}\", pinBlock: { block: \"{pinBlock}\", key: ZPK, from: iso-9 } } }",
        "p.yaml:27:103: 'from' is 'iso-9'; choose from iso-0, iso-1, iso-2, iso-3, iso-4")]
    public void A_PIN_verification_value_is_described_soundly(string field, params string[] expected) => Assert.Equal(expected, FaultsOf(field));

    [Theory]
    [InlineData("n: { cardNumber: { counter: pan, prefix: \"40x\", length: 16 } }",
        "p.yaml:27:44: 'prefix' is '40x'; write decimal digits, or a template that gives them")]
    [InlineData("n: { cardNumber: { counter: pan, prefix: \"40000000\", length: 9, luhn: true } }",
        "p.yaml:27:64: 'length' is 9: no digit is left for the counter; shorten the prefix, or take a greater length")]
    [InlineData("n: { cardNumber: { counter: pan, prefix: \"4000\", length: 20 } }",
        "p.yaml:27:60: 'length' is '20'; write a whole number from 8 to 19")]
    [InlineData("n: { cardNumber: { counter: pan, prefix: \"4\", length: 16 } }\n  m: { cardNumber: { counter: pan, prefix: \"5\", length: 16 } }",
        "p.yaml:28:31: field 'n' takes its numbers from 'pan'; give each field a counter of its own")]
    public void A_card_number_is_described_soundly(string field, params string[] expected) => Assert.Equal(expected, FaultsOf(field));

    [Fact]
    public void A_field_above_cannot_use_it() => Assert.Equal(
        ["p.yaml:27:3: field 'early': 'cvv' is a field that is computed later; a field is made of inputs and of fields above it"],
        FaultsOf("early: \"1{cvv}\"\n  cvv: { icvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\" } }"));

    [Fact]
    public void It_is_secret_and_so_is_what_is_made_of_it()
    {
        const string Field = "cvv: { icvv: { key: CVK, pan: \"{digits}\", expiry: \"2912\" } }\n  more: \"1{cvv}\"";
        var yaml = With(Field).Replace("text: DEMO,", "text: \"{more}\",", StringComparison.Ordinal);
        Assert.Equal(
            ["p.yaml:68:15: 'more' is secret and would be seen on the card; write 'show: true' beside the text if that is meant"],
            ProfileLibrary.Read("p.yaml", yaml).Faults.Select(f => f.ToString()));
        var profile = ProfileLibrary.Read("p.yaml", With(Field)).Require();
        Assert.Superset(new HashSet<string> { "cvv", "more" }, profile.SecretNames.ToHashSet());
    }

    [Fact]
    public void A_PVV_may_go_onto_the_stripe_though_the_PIN_block_may_not()
    {
        var yaml = With("pvv: { pvv: { key: PVK, index: 1, pan: \"{digits}\", pinBlock: { block: \"{pinBlock}\", key: ZPK, from: iso-0 } } }")
            .Replace("=29122010000?", "=2912201{pvv}?", StringComparison.Ordinal);
        var profile = ProfileLibrary.Read("p.yaml", yaml).Require();
        Assert.Superset(new HashSet<string> { "PVK", "ZPK" }, profile.KeyLabels.ToHashSet());
        Assert.Equal("pvv", profile.NeedsPreparation);
    }

    [Theory]
    [InlineData("{ accounts: { fields: { account: { required: true } } } }",
        "p.yaml:8:36: input 'account' is not used; use it, remove it, or list it in 'ignore'")]
    [InlineData("{ accounts: { key: nam, fields: { pan: { required: true } } } }",
        "p.yaml:8:31: unknown name 'nam' in 'key'; did you mean 'name'?",
        "p.yaml:8:46: a second input 'pan'; give it a name of its own")]
    [InlineData("{ Accounts: {} }",
        "p.yaml:8:14: the name of a source is 'Accounts'; write small letters, digits and hyphens, at most 64, a letter first",
        "p.yaml:8:24: key 'fields' is missing in source 'Accounts'; add it")]
    [InlineData("[ accounts ]",
        "p.yaml:8:12: 'sources' is not a mapping of names; give each source a line such as 'accounts: { fields: { … } }'")]
    public void A_source_is_described_soundly(string sources, params string[] expected) => Assert.Equal(
        expected, SoundProfile.FaultsWith("  identifier: cardId", $"  sources: {sources}\n  identifier: cardId"));

    [Fact]
    public void A_line_of_the_card_object_cannot_have_what_comes_from_a_source()
    {
        var yaml = SoundProfile.Yaml
            .Replace("  identifier: cardId", "  sources: { accounts: { fields: { tier: {} } } }\n  ignore: [ tier ]\n  identifier: cardId", StringComparison.Ordinal)
            .Replace("{ fields: [pan, name], ", "{ fields: [pan, name, tier], ", StringComparison.Ordinal);
        Assert.Equal(
            ["p.yaml:20:36: unknown input 'tier' in line 'EMB'; the inputs are cardId, pan, name, pinBlock"],
            ProfileLibrary.Read("p.yaml", yaml).Faults.Select(fault => fault.ToString()));
    }

    static string With(string field) => SoundProfile.Yaml.Replace(Last, $"{Last}\n  {field}", StringComparison.Ordinal);

    static string[] FaultsOf(string field) => SoundProfile.FaultsWith(Last, $"{Last}\n  {field}");
}
