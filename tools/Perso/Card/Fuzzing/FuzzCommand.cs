using System.CommandLine;
using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Card.Fuzzing;

/// <summary><c>perso bench fuzz</c>: hostile inputs for every parser of card and issuer data.</summary>
static class FuzzCommand
{
    public static Command Create()
    {
        var inputs = new Option<long>("--inputs", "-n") { Description = "How many.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<ulong>("--seed") { Description = "The same seed makes the same inputs.", DefaultValueFactory = _ => 1 };
        var first = new Option<long>("--first") { Description = "Number of the first input: to make one again alone.", DefaultValueFactory = _ => 0 };
        var threads = new Option<int>("--threads") { Description = "How many threads share them.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("fuzz", """
            Feed mutated and random bytes to the parsers of TLV, APDUs, DGIs, ATRs, FCPs, records, CAP files and card data.

            Every input must be parsed, or refused with CardDataException at an offset inside it, within 2 seconds and with no more
            memory than in proportion to its length. Exit status: 0 when all were, 1 when one was not: then its number, the problem
            and its bytes are printed, and '--seed S --first NUMBER --inputs 1' makes it again. docs/fuzzing.md has the last result.

              perso bench fuzz --inputs 10000000 --seed 1
              perso bench fuzz --seed 1 --first 4711 --inputs 1
            """)
        {
            inputs, seed, first, threads, json,
        };
        command.SetAction((parsed, _) => CardOutput.RunAsync(() =>
        {
            var options = new FuzzOptions(
                parsed.GetValue(seed),
                AtLeast(0, parsed.GetValue(first), "--first"),
                AtLeast(1, parsed.GetValue(inputs), "--inputs"),
                (int)AtLeast(1, parsed.GetValue(threads), "--threads"));
            var result = new FuzzRun(options, FuzzTarget.All).Run(Progress(options.Inputs, parsed.GetValue(json)));
            if (parsed.GetValue(json))
                CardOutput.WriteJson(result);
            else
                Print(result);
            return result.Violation is null ? 0 : Guarded.Failure;
        }));
        return command;
    }

    static Action<long> Progress(long total, bool isQuiet) => isQuiet || Console.IsErrorRedirected
        ? _ => { }
    : done => Console.Error.Write(done == total ? "\r                              \r" : $"\r{done:N0} of {total:N0}");

    static void Print(FuzzResult result)
    {
        Console.WriteLine($"{result.Inputs:N0} inputs in {result.Seconds:0.0} s, {result.InputsPerSecond:N0} inputs/s, seed {result.Seed}");
        Console.WriteLine();
        Console.WriteLine($"| {"parser",-18} | {"inputs",11} | {"refused",11} | {"longest, ms",11} | {"most allocated, bytes",21} |");
        Console.WriteLine($"|{new string('-', 20)}|{new string('-', 12)}:|{new string('-', 12)}:|{new string('-', 12)}:|{new string('-', 22)}:|");
        foreach (var count in result.Parsers)
            Console.WriteLine($"| {count.Parser,-18} | {count.Inputs,11:N0} | {count.Refused,11:N0} | {count.LongestMilliseconds,11:0.00} | {count.MaxAllocatedBytes,21:N0} |");
        Console.WriteLine();
        if (result.Violation is not { } violation)
        {
            CardOutput.WriteVerdict("Every input was parsed or refused", isGood: true);
            Console.WriteLine($"; {result.Parsers.Sum(count => count.Refused):N0} were refused with CardDataException.");
            return;
        }

        CardOutput.WriteVerdict("VIOLATION", isGood: false);
        Console.WriteLine($": {violation.Parser} {violation.Problem}");
        Console.WriteLine($"again: perso bench fuzz --seed {result.Seed} --first {violation.Input} --inputs 1");
        Console.WriteLine(violation.Data);
    }

    static long AtLeast(long least, long value, string option) => value >= least ? value : throw new UserErrorException($"{option} must be at least {least}.");
}
