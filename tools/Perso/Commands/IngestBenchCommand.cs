using System.CommandLine;
using PersoMesh.Perso.Bench.Scale;
using PersoMesh.Perso.Card;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso bench ingest</c>: how much comes in, and what it costs when much of it waits.</summary>
static class IngestBenchCommand
{
    public static Command Create()
    {
        var cards = new Option<int>("--cards", "-n") { Description = "Card objects that go the whole way from a file to ready.", DefaultValueFactory = _ => 5000 };
        var waiting = new Option<int[]>("--waiting") { Description = "Ready cards at which assignments are timed.", DefaultValueFactory = _ => [1_000, 10_000, 100_000, 1_000_000], AllowMultipleArgumentsPerToken = true };
        var output = new Option<string>("--out", "-o") { Description = "Folder for the run.", DefaultValueFactory = _ => Path.Combine("runs", "bench-ingest") };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("ingest", """
            Submit card objects to a mesh without stations until all are ready: the rate and each service's memory. Then fill the
            dispatcher's tables up to each number of ready cards, and time how long the database takes to give a session its card.
            """)
        {
            cards, waiting, output, json,
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var figures = await IngestBench.RunAsync(parsed.GetValue(cards), parsed.GetValue(waiting)!, Path.GetFullPath(parsed.GetValue(output)!),
                step => Console.Error.WriteLine($"{step} …"), cancellationToken);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(figures);
            else
                Show(figures);
            return 0;
        }));
        return command;
    }

    static void Show(IngestFigures figures)
    {
        Console.WriteLine($"{figures.Cards} card objects from file to ready: {figures.CardsPerSecond:0} a second");
        var memory = new Table().Border(TableBorder.Rounded).AddColumns("service", "MiB at rest", "MiB at most", "MiB at the end");
        foreach (var service in figures.Memory)
            memory.AddRow(service.Service, $"{service.MebibytesBefore:0}", $"{service.MebibytesAtMost:0}", $"{service.MebibytesAfter:0}");
        AnsiConsole.Write(memory);
        var latency = new Table().Border(TableBorder.Rounded).AddColumns("ready cards", "median ms", "99 % ms", "against the first");
        foreach (var step in figures.Assignments)
            latency.AddRow($"{step.Waiting}", $"{step.MedianMilliseconds:0.000}", $"{step.SlowestPercentMilliseconds:0.000}", $"{step.MedianMilliseconds / figures.Assignments[0].MedianMilliseconds:0.00}");
        AnsiConsole.Write(latency);
    }
}
