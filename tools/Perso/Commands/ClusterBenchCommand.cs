using System.CommandLine;
using PersoMesh.Perso.Bench.Chaos;
using PersoMesh.Perso.Card;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso bench cluster</c>: a node of the broker dies under load.</summary>
static class ClusterBenchCommand
{
    public static Command Create()
    {
        var nodes = new Option<int>("--nodes") { Description = "Nodes of the cluster.", DefaultValueFactory = _ => 3 };
        var seconds = new Option<double>("--seconds") { Description = "How long each phase is measured.", DefaultValueFactory = _ => 60 };
        var stations = new Option<int>("--stations", "-s") { Description = "Simulated stations.", DefaultValueFactory = _ => 16 };
        var output = new Option<string>("--out", "-o") { Description = "Folder for the run.", DefaultValueFactory = _ => Path.Combine("runs", "cluster") };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("cluster", """
            Personalize simulated cards over a RabbitMQ cluster on this machine with quorum queues; kill the node that leads most queues,
            and start it again: good cards a second before, while it is dead, and after. Then read every card, as 'bench chaos' does.
            Exit status: 0 without violations, 1 with some.
            """)
        {
            nodes, seconds, stations, output, json,
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var figures = await ClusterBench.RunAsync(new ClusterOptions(parsed.GetValue(nodes), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(stations), Path.GetFullPath(parsed.GetValue(output)!)), step => Console.Error.WriteLine(step), cancellationToken);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(figures);
            else
                Show(figures);
            return figures.Violations.Count == 0 ? 0 : Guarded.Failure;
        }));
        return command;
    }

    static void Show(ClusterFigures figures)
    {
        Console.WriteLine($"Killed {figures.Killed}, which led {figures.QueuesLed} queues.");
        var table = new Table().Border(TableBorder.Rounded).AddColumns("phase", "cards/s", "against before", "longest pause, s");
        foreach (var phase in figures.Phases)
            table.AddRow(phase.Name, $"{phase.CardsPerSecond:0.0}", $"{phase.CardsPerSecond / figures.Phases[0].CardsPerSecond:0.00}", $"{phase.LongestPauseSeconds:0.0}");
        AnsiConsole.Write(table);
        Console.WriteLine($"{figures.Records} records, {figures.Good} good cards, {figures.CardsRead} cards read back, {figures.Violations.Count} violations");
        foreach (var violation in figures.Violations)
            Console.WriteLine(violation);
    }
}
