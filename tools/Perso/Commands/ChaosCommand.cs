using System.CommandLine;
using PersoMesh.Perso.Bench.Chaos;
using PersoMesh.Perso.Card;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso bench chaos</c>: everything is killed at random, and nothing may be lost or happen twice.</summary>
static class ChaosCommand
{
    const int ViolationsShown = 20;

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes", "-m") { Description = "How long to disturb.", DefaultValueFactory = _ => 3 };
        var seed = new Option<int>("--seed") { Description = "The same seed gives the same disturbances in the same order; their effect depends on the moment.", DefaultValueFactory = _ => 1 };
        var stations = new Option<int>("--stations", "-s") { Description = "Simulated stations.", DefaultValueFactory = _ => 8 };
        var output = new Option<string>("--out", "-o") { Description = "Folder for the run.", DefaultValueFactory = _ => Path.Combine("runs", "chaos") };
        var again = new Option<bool>("--check-again") { Description = "Disturb nothing: check once more what a run left in its folder (--out), with its --minutes, --seed and --stations." };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("chaos", """
            Personalize simulated cards on real servers while services, broker and database are killed, connections cut, messages
            repeated and cards pulled, at random. Then read every card and compare it with the issuer's file, the database and the
            reports: the promises S1 to S7 of the design.
            Exit status: 0 without violations, 1 with some.
            """)
        {
            minutes, seed, stations, output, again, json,
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var options = new ChaosOptions(
                TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(stations), Path.GetFullPath(parsed.GetValue(output)!));
            var figures = parsed.GetValue(again)
                ? await ChaosRun.CheckAgainAsync(options, Console.Error.WriteLine, cancellationToken)
                : await ChaosRun.RunAsync(options, Console.Error.WriteLine, cancellationToken);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(figures);
            else
                Show(figures);
            return figures.Violations.Count == 0 ? 0 : Guarded.Failure;
        }));
        return command;
    }

    static void Show(ChaosFigures figures)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "").HideHeaders();
        table.AddRow("seed", $"{figures.Seed}");
        table.AddRow("minutes", $"{figures.Minutes:0.0}");
        table.AddRow("records", $"{figures.Records}");
        table.AddRow("good", $"{figures.Good}");
        table.AddRow("rejected", $"{figures.Rejected}");
        table.AddRow("unresolved", $"{figures.Unresolved}");
        table.AddRow("refused", $"{figures.Refused}");
        table.AddRow("blank cards spoiled", $"{figures.Spoiled}");
        table.AddRow("cards read back", $"{figures.CardsRead}");
        foreach (var (disturbance, count) in figures.Disturbances)
            table.AddRow(disturbance, $"{count}");
        table.AddRow(figures.Violations.Count == 0 ? "[green]violations[/]" : "[red]violations[/]", $"{figures.Violations.Count}");
        AnsiConsole.Write(table);
        foreach (var violation in figures.Violations.Take(ViolationsShown))
            Console.WriteLine(violation);
        if (figures.Violations.Count > ViolationsShown)
            Console.WriteLine($"and {figures.Violations.Count - ViolationsShown} more, with --json");
    }
}
