using PersoMesh.Perso.Card.Fuzzing;
using PersoMesh.SmartCard;

namespace PersoMesh.CardTools.Tests.Fuzzing;

public class FuzzTests
{
    static readonly IReadOnlyList<byte[]> Samples = [[0x84, 0x01, 0xFF]];

    [Fact]
    public void Fifty_thousand_inputs_are_parsed_or_refused()
    {
        var (status, output, _) = Commands.Perso.Run("bench", "fuzz", "--inputs", "50000", "--seed", "7", "--threads", "2");
        Assert.True(status == 0, output);
        Assert.StartsWith("50,000 inputs in", output, StringComparison.Ordinal);
        Assert.Contains("Every input was parsed or refused", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_ways_out_are_taken_by_every_parser()
    {
        var result = new FuzzRun(new FuzzOptions(Seed: 3, First: 0, Inputs: 17_000, Threads: 1), FuzzTarget.All).Run(_ => { });
        Assert.Null(result.Violation);
        Assert.All(result.Parsers, count => Assert.InRange(count.Refused, 1, count.Inputs - 1));
    }

    [Fact]
    public void An_input_can_be_made_again_alone()
    {
        var first = new FuzzInput();
        for (var number = 0; number < 1000; number++)
        {
            var made = first.Make(5, number, FuzzTarget.All[0].Samples);
            Assert.Equal(made.ToArray(), new FuzzInput().Make(5, number, FuzzTarget.All[0].Samples).ToArray());
        }
    }

    [Fact]
    public void A_parser_that_throws_something_else_is_found_with_its_input()
    {
        var violation = Run(data => { _ = data.Length == 2 ? throw new FormatException("no") : 0; });
        Assert.Equal("throws FormatException: no", violation.Problem);
        Assert.Equal(4, violation.Data.Length);
        Assert.Equal(violation.Data, Convert.ToHexString(new FuzzInput().Make(1, violation.Input, Samples).Span));
    }

    [Fact]
    public void An_offset_outside_of_the_input_is_found() =>
        Assert.Contains("outside of the", Run(data => throw new CardDataException("x", data.Length + 1, "y")).Problem, StringComparison.Ordinal);

    [Fact]
    public void Memory_out_of_proportion_is_found()
    {
        byte[]? kept = null;
        Assert.Contains("allocates", Run(_ => kept = new byte[4 << 20]).Problem, StringComparison.Ordinal);
        Assert.NotNull(kept);
    }

    [Fact]
    public void A_parser_that_does_not_come_back_is_found()
    {
        using var never = new ManualResetEventSlim();
        var violation = Run(data =>
        {
            if (data.Length == 2)
                never.Wait();
        });
        Assert.Equal("does not come back", violation.Problem);
        Assert.Equal(4, violation.Data.Length);
        never.Set();
    }

    static FuzzViolation Run(Action<ReadOnlyMemory<byte>> parse)
    {
        var options = new FuzzOptions(Seed: 1, First: 0, Inputs: 100_000, Threads: 1) { Patience = TimeSpan.FromSeconds(3) };
        var target = new FuzzTarget("broken", Samples, data =>
        {
            // The run warms up on samples, whole and cut: these parsers are good to them.
            if (!Samples[0].AsSpan().StartsWith(data.Span))
                parse(data);
        });
        return new FuzzRun(options, [target]).Run(_ => { }).Violation!;
    }
}
