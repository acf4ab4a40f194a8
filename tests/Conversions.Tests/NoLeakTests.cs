namespace PersoMesh.Conversions.Tests;

/// <summary>What a function refuses is cardholder data: the exception must not repeat it (DESIGN.md §5, S5).</summary>
public class NoLeakTests
{
    const int Shortest = 5; // a piece of this length in a message is no coincidence
    static readonly string[] Alphabets =
    [
        "0123456789", "QXZJVWKY", "qxzjvwky", "ÄŁĦŊØÞĲ", "ЖЩЮЯЭЫ", "😀🂡\u0301\u0007", "QZ09 /^%{}();=<>'\"", "ABCDEF0123456789",
    ];


    public static TheoryData<string> Names => [.. FunctionCatalog.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_refusal_repeats_the_value_or_an_argument(string name)
    {
        var function = FunctionCatalog.Find(name);
        var random = new Random(7813);
        var refusals = 0;
        foreach (var example in function.Signature.Examples)
        {
            for (var round = 0; round < 40; round++)
            {
                refusals += Refuses(function, Some(random), example.Arguments, "") ? 1 : 0;
                foreach (var parameter in function.Signature.Parameters)
                {
                    var secret = Some(random);
                    var arguments = new Dictionary<string, string>(example.Arguments) { [parameter.Name] = secret };
                    refusals += Refuses(function, example.Input, arguments, secret) ? 1 : 0;
                    refusals += Refuses(function, Some(random), arguments, secret) ? 1 : 0;
                }
            }
        }

        Assert.True(refusals > 0 || function.Signature.Examples.All(e => e.Output is not null), "nothing was refused");
    }

    [Fact]
    public void No_outcome_shows_a_value()
    {
        var plan = new ConversionPlan([new("f", "{pan}", [new("luhn-check", new Dictionary<string, string>())])]).Compile();
        foreach (var pan in new[] { "4000001234567898", "4000001234567899" })
        {
            var outcome = plan.Evaluate(new Dictionary<string, string> { ["pan"] = pan });
            Assert.DoesNotContain("40000", outcome.ToString(), StringComparison.Ordinal);
        }
    }

    static bool Refuses(ConversionFunction function, string value, IReadOnlyDictionary<string, string> arguments, string secret)
    {
        try
        {
            function.Apply(value, arguments);
            return false;
        }
        catch (ConversionException e)
        {
            Assert.Null(e.InnerException);
            var repeats = Pieces(value).Concat(Pieces(secret)).Any(piece => e.Message.Contains(piece, StringComparison.Ordinal));
            Assert.False(repeats, $"{function.Name} repeats its input");
            return true;
        }
    }

    static IEnumerable<string> Pieces(string text) =>
        Enumerable.Range(0, Math.Max(0, text.Length - Shortest + 1)).Select(i => text.Substring(i, Shortest));

    static string Some(Random random)
    {
        var alphabet = Alphabets[random.Next(Alphabets.Length)];
        return string.Create(random.Next(Shortest, 40), (alphabet, random), static (text, s) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = s.alphabet[s.random.Next(s.alphabet.Length)];
        });
    }
}
