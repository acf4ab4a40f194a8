using System.CommandLine;
using PersoMesh.Perso.Bench;
using PersoMesh.Perso.Card;
using PersoMesh.Perso.Card.Fuzzing;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso bench</c>: measurements, as ratios against a limit taken in the same run.</summary>
static class BenchCommand
{
    public static Command Create()
    {
        var profile = new Option<string>("--profile", "-p") { Description = "Card profile.", DefaultValueFactory = _ => "emv-debit" };
        var cards = new Option<int>("--cards", "-n") { Description = "Cards in each measured run.", DefaultValueFactory = _ => 2000 };
        var stations = new Option<int>("--stations", "-s") { Description = "Simulated stations.", DefaultValueFactory = _ => 16 };
        var output = new Option<string>("--out", "-o") { Description = "Folder for the runs.", DefaultValueFactory = _ => Path.Combine("runs", "bench") };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("bench", """
            Measure whole cards a second through all services, and what a card costs, as ratios of this machine's limits.

            Runs embedded, then over RabbitMQ with a process for each service; in the same run RabbitMQ.Client alone makes round trips:
            the limit that the ratio refers to. Takes two minutes; other work on the machine shows in the figures.
            """)
        {
            profile, cards, stations, output, json,
            FuzzCommand.Create(), ChaosCommand.Create(), ClusterBenchCommand.Create(), IngestBenchCommand.Create(),
            PrepareBenchCommand.Create(), StationBenchCommand.Create(),
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var figures = await MeshBench.RunAsync(parsed.GetValue(profile)!, parsed.GetValue(cards), parsed.GetValue(stations),
                Path.GetFullPath(parsed.GetValue(output)!), step => Console.Error.WriteLine($"{step} …"), cancellationToken);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(figures);
            else
                Show(figures);
            return 0;
        }));
        return command;
    }

    static void Show(BenchFigures figures)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("way", "profile", "cards", "cards/s", "CPU ms/card", "messages/card", "KiB/card");
        foreach (var run in figures.Runs)
        {
            table.AddRow(run.Way, run.Profile, $"{run.Cards}", $"{run.CardsPerSecond:0.0}", $"{run.ProcessorMillisecondsPerCard:0.00}",
                run.MessagesPerCard?.ToString("0.00") ?? "-", run.KilobytesPerCard?.ToString("0.0") ?? "-");
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"RabbitMQ.Client alone: {figures.RawRoundTripsPerSecond:0} round trips/s (64 in flight, persistent, confirmed)");
        Console.WriteLine($"Ratio: {figures.CardsPerRawRoundTrip:0.0000} cards for each raw round trip");
    }
}
