using System.Text.Json;

namespace PersoMesh.Conversions.Tests;

public class ConversionPlanTests
{
    const string OnTrack1 = "track 1 has A-Z, 0-9, space and $()-./ only";

    static readonly string[] Inputs = ["pan", "expiry", "serviceCode", "firstName", "lastName", "discretionary", "title", "today"];

    // The fields of an EMV debit profile, as the profile service would send them.
    static readonly ConversionPlan Debit = new(
    [
        new("panDigits", "{pan}", [Step("remove", ("characters", " -")), Step("luhn-check")]),
        new("expiryYYMM", "{expiry}",
            [
                Step("date", ("in", "MM/yy"), ("out", "yyMM"), ("pivot", "50")),
                Step("date-check", ("in", "yyMM"), ("notBefore", "{today}")),
            ]),
        new("holder", "{lastName}/{firstName}",
            [
                Step("upper"), Step("transliterate-check", ("charset", "iso-8859-1")),
                Step("pad-right", ("length", "2")), Step("truncate", ("length", "26")),
            ]),
        new("titled", "{title}", [Step("map", ("table", "m=MR;f=MS"))], Optional: true),
        new("track1", null, [Step("track1", Track(("name", "{holder}")))]),
        new("track2", null, [Step("track2", Track())]),
    ]);

    [Fact]
    public void Fields_are_computed_from_inputs_and_earlier_fields()
    {
        var outcome = Debit.Compile().Evaluate(Card());
        Assert.True(outcome.IsSuccess, outcome.ToString());
        Assert.Equal("4000001234567899", outcome.Outputs["panDigits"]);
        Assert.Equal("", outcome.Outputs["titled"]);

        // The samples of STANDARDS.md §7.
        Assert.Equal("%B4000001234567899^DOE/JANE^29122010000000000?", outcome.Outputs["track1"]);
        Assert.Equal(";4000001234567899=29122010000000000?", outcome.Outputs["track2"]);
        Assert.Equal(Inputs.Length + Debit.Fields.Count, outcome.Outputs.Count);
        Assert.Equal("14 values", outcome.ToString());
    }

    [Fact]
    public void An_optional_field_runs_when_its_template_is_not_empty()
    {
        Assert.Equal("MS", Debit.Compile().Evaluate(Card(("title", "f"))).Outputs!["titled"]);
        Assert.Equal("map", Debit.Compile().Evaluate(Card(("title", "x"))).Failure!.Function);
    }

    [Theory]
    [InlineData("pan", "4000 0012 3456 7898", "panDigits", "luhn-check", "the check digit is wrong")]
    [InlineData("pan", "4000 0012 3456 789", "panDigits", "luhn-check", "the check digit is wrong")]
    [InlineData("expiry", "13/29", "expiryYYMM", "date", "the month is not 1 to 12")]
    [InlineData("expiry", "10/26", "expiryYYMM", "date-check", "the date lies before notBefore")]
    [InlineData("lastName", "Łukasz", "holder", "transliterate-check", "U+0141 at position 1 has no place in ISO 8859-1")]
    [InlineData("lastName", "Müller", "track1", "track1", "argument 'name': character 2 is a letter outside ASCII; " + OnTrack1)]
    [InlineData("discretionary", "12x", "track1", "track1", "argument 'discretionary': character 3 is a lower-case letter; " + OnTrack1)]
    public void Bad_data_is_reported_with_its_place_and_reason(string input, string value, string field, string function, string reason) =>
        Assert.Equal(new ConversionFailure(field, function, reason), Debit.Compile().Evaluate(Card((input, value))).Failure);

    [Fact]
    public void A_missing_input_fails_the_first_field_that_uses_it()
    {
        var card = Card();
        card.Remove("serviceCode");
        var outcome = Debit.Compile().Evaluate(card);
        Assert.False(outcome.IsSuccess);
        Assert.Equal(new ConversionFailure("track1", null, "input 'serviceCode' is missing"), outcome.Failure);
        Assert.Equal("field 'track1': input 'serviceCode' is missing", outcome.ToString());
    }

    [Fact]
    public void An_input_cannot_be_overwritten() => Assert.Equal(
        new ConversionFailure("holder", null, "an input has the same name"),
        Debit.Compile().Evaluate(Card(("holder", "x"))).Failure);

    [Fact]
    public void A_compiled_plan_serves_many_threads()
    {
        var plan = Debit.Compile();
        Parallel.For(0, 2000, i =>
        {
            var outcome = plan.Evaluate(Card(("firstName", $"A{i}")));
            Assert.Equal($"DOE/A{i}", outcome.Outputs!["holder"]);
            Assert.Equal($"%B4000001234567899^DOE/A{i}^29122010000000000?", outcome.Outputs["track1"]);
        });
    }

    [Fact]
    public void A_plan_survives_json()
    {
        var json = JsonSerializer.Serialize(Debit);
        var copy = JsonSerializer.Deserialize<ConversionPlan>(json)!;
        Assert.Equal(json, JsonSerializer.Serialize(copy));
        Assert.Equal(Debit.Compile().Evaluate(Card()).Outputs, copy.Compile().Evaluate(Card()).Outputs);
    }

    [Fact]
    public void A_sound_plan_has_no_faults()
    {
        Assert.Empty(Debit.Validate(Inputs));
        Assert.Equal(Inputs.Order(), Debit.Compile().Inputs.Order());
    }

    [Fact]
    public void Validation_finds_all_faults_without_running()
    {
        var plan = new ConversionPlan(
        [
            new("a", "{pna}", [Step("upprcase"), Step("uper")]),
            new("b", "{c}", [Step("pad-left", ("lenght", "3")), Step("pad-left", ("length", "x"))]),
            new("c", "{c} {", [Step("date", ("in", "MM/yy"), ("out", "dd.MM.yy")), Step("date", ("in", "MM/jj"), ("out", "{a}"))]),
            new("c", "x", []),
            new("pan", "x", []),
            new("d e", null, [], Optional: true),
            new("e", "{pan}", [Step("matches", ("pattern", "(")), Step("replace", ("find", "{nowhere}"), ("with", "}"))]),
            new("f", "{pan}", [Step("pan-group", ("groups", "4-x")), Step("transliterate-check", ("charset", "iso-8859-10"))]),
            new("g", "{pan}", [Step("length-check", ("min", "5"), ("max", "4"))]),
        ]);
        string[] expected =
        [
            "field 'a': there is no input or earlier field 'pna'; did you mean 'pan'?",
            "field 'a', step 1 (upprcase): there is no function 'upprcase'",
            "field 'a', step 2 (uper): there is no function 'uper'; did you mean 'upper'?",
            "field 'b': 'c' is a field that is computed later",
            "field 'b', step 1 (pad-left): there is no argument 'lenght'; did you mean 'length'?",
            "field 'b', step 1 (pad-left): argument 'length' is missing: length in characters",
            "field 'b', step 2 (pad-left): argument 'length': it is not a whole number from 0 to 4096",
            "field 'c': from, character 5: a '{' is never closed; write '{{' for a brace",
            "field 'c', step 1 (date): 'out' has a day, 'in' has none: say which one with 'day'",
            "field 'c', step 2 (date): argument 'in': the letters from character 4 on are none of yyyy yy MM M dd d DDD",
            "field 'c': there are two fields of this name",
            "field 'pan': an input has the same name",
            "field 'd e': this is no name that a template could refer to: a letter, then letters, digits, '_', '-' and '.'",
            "field 'd e': it has neither a template to start from nor a step",
            "field 'd e': it is optional but has no template to start from that could be empty",
            "field 'e', step 1 (matches): argument 'pattern': it is not a regular expression "
            + "(InsufficientClosingParentheses at character 1)",
            "field 'e', step 2 (replace): there is no input or earlier field 'nowhere'",
            "field 'e', step 2 (replace): argument 'with', character 1: a '}' closes nothing; write '}}' for a brace",
            "field 'f', step 1 (pan-group): argument 'groups': it is not a list of group lengths such as 4-4-4-4",
            "field 'f', step 2 (transliterate-check): argument 'charset': it is none of ascii, iso-8859-1, iso-8859-13, iso-8859-15, "
            + "iso-8859-2, iso-8859-3, iso-8859-4, iso-8859-5, iso-8859-6, iso-8859-7, iso-8859-8, iso-8859-9, utf-8",
            "field 'g', step 1 (length-check): no length lies between min and max",
        ];
        Assert.Equal(expected, plan.Validate(Inputs).Select(f => f.ToString()));
    }

    [Fact]
    public void A_field_cannot_refer_to_itself()
    {
        var plan = new ConversionPlan([new("a", "{a}", [])]);
        Assert.Equal("field 'a': 'a' refers to the field itself", Assert.Single(plan.Validate(Inputs)).ToString());
        Assert.Equal("a", Assert.Single(Assert.Throws<InvalidPlanException>(() => plan.Compile()).Faults).Field);
    }

    static Dictionary<string, string> Card(params (string Name, string Value)[] changes)
    {
        var card = new Dictionary<string, string>
        {
            ["pan"] = "4000 0012-3456 7899",
            ["expiry"] = "12/29",
            ["serviceCode"] = "201",
            ["firstName"] = "Jane",
            ["lastName"] = "Doe",
            ["discretionary"] = "0000000000",
            ["title"] = "",
            ["today"] = "2026-11-21",
        };
        foreach (var (name, value) in changes)
            card[name] = value;
        return card;
    }

    static (string, string)[] Track(params (string, string)[] more) =>
        [("pan", "{panDigits}"), ("expiry", "{expiryYYMM}"), ("service", "{serviceCode}"), ("discretionary", "{discretionary}"), .. more];

    static ConversionStep Step(string function, params (string Name, string Value)[] arguments) =>
        new(function, arguments.ToDictionary(a => a.Name, a => a.Value));
}
