namespace PersoMesh.Conversions.Tests;

public class FunctionCatalogTests
{
    // What these do is defined for every value, and their arguments take every text.
    static readonly string[] NeverRefuse = ["upper", "lower", "title-case", "concatenate", "default"];

    public static TheoryData<string> Names => [.. FunctionCatalog.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_example_holds(string name)
    {
        var function = FunctionCatalog.Find(name);
        foreach (var example in function.Signature.Examples)
        {
            if (example.Output is { } output)
                Assert.Equal(output, function.Apply(example.Input, example.Arguments));
            else
                Assert.Equal(name, Assert.Throws<ConversionException>(() => function.Apply(example.Input, example.Arguments)).Function);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_function_shows_success_and_refusal(string name)
    {
        var examples = FunctionCatalog.Find(name).Signature.Examples;
        Assert.Contains(examples, e => e.Output is not null);
        Assert.Equal(!NeverRefuse.Contains(name), examples.Any(e => e.Output is null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_are_kebab_case_and_parameters_camel_case(string name)
    {
        var signature = FunctionCatalog.Find(name).Signature;
        Assert.Equal(name, signature.Name);
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", name);
        Assert.EndsWith(".", signature.Summary.Replace(" ?", ".", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(signature.Parameters, p => Assert.Matches("^[a-z][A-Za-z]*$", p.Name));
        Assert.All(signature.Parameters, p => Assert.NotEmpty(p.Meaning));
    }

    // A default that its own parser refuses would only show up in production.
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_default_is_well_formed(string name)
    {
        var parameters = FunctionCatalog.Find(name).Signature.Parameters;
        var needed = parameters.Where(p => p.Default is null).ToDictionary(p => p.Name, _ => "{x}");
        var plan = new ConversionPlan([new FieldPlan("f", "{x}", [new ConversionStep(name, needed)])]);
        Assert.Empty(plan.Validate(["x"]));
    }

    [Theory]
    [InlineData("trm", "trim")]
    [InlineData("luhn-chek", "luhn-check")]
    [InlineData("Track1", "track1")]
    [InlineData("padleft", "pad-left")]
    [InlineData("tracK-2", "track2")]
    public void An_unknown_name_is_answered_with_the_nearest(string name, string nearest)
    {
        Assert.False(FunctionCatalog.TryFind(name, out _, out var didYouMean));
        Assert.Equal(nearest, didYouMean);
        var unknown = Assert.Throws<UnknownFunctionException>(() => FunctionCatalog.Find(name));
        Assert.Equal($"there is no function '{name}'; did you mean '{nearest}'?", unknown.Message);
    }

    [Fact]
    public void A_name_that_is_near_to_none_gets_no_guess() => Assert.Equal(
        "there is no function 'frobnicate'",
        Assert.Throws<UnknownFunctionException>(() => FunctionCatalog.Find("frobnicate")).Message);

    [Fact]
    public void Arguments_are_checked_by_name()
    {
        Assert.Equal("there is no argument 'lenght'; did you mean 'length'?", Call.Refusal("pad-left", "1", ("lenght", "4")));
        Assert.StartsWith("argument 'length' is missing", Call.Refusal("pad-left", "1"), StringComparison.Ordinal);
    }
}
