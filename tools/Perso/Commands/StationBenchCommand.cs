using System.CommandLine;
using PersoMesh.Perso.Bench.Station;
using PersoMesh.Perso.Card;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso bench station</c>: what the network's delay costs at a reader.</summary>
static class StationBenchCommand
{
    public static Command Create()
    {
        var profile = new Option<string>("--profile", "-p") { Description = "Card profile with a secure channel.", DefaultValueFactory = _ => "emv-debit" };
        var cards = new Option<int>("--cards", "-n") { Description = "Cards in each run.", DefaultValueFactory = _ => 26 };
        var apdu = new Option<int>("--apdu") { Description = "Milliseconds that the card takes for each command.", DefaultValueFactory = _ => 20 };
        var delays = new Option<int[]>("--delay")
        {
            Description = "Milliseconds that the network between gateway and broker adds to each direction; a round trip takes twice as long.",
            DefaultValueFactory = _ => [0, 20, 100],
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<string>("--out", "-o") { Description = "Folder for the mesh.", DefaultValueFactory = _ => Path.Combine("runs", "bench-station") };
        var json = new Option<bool>("--json") { Description = "For a script." };
        var command = new Command("station", """
            Measure the time per card of one reader, at several network delays between its gateway and the broker, as a ratio to a local
            program that sends the same commands to the same cards in the same reader.

            Three times for each delay: with nothing ahead of the card, with its card object ahead, and with its whole protected script
            ahead. Takes three minutes.
            """)
        {
            profile, cards, apdu, delays, output, json,
        };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var options = new StationBenchOptions(
                parsed.GetValue(profile)!, parsed.GetValue(cards), parsed.GetValue(apdu), parsed.GetValue(delays)!, Path.GetFullPath(parsed.GetValue(output)!));
            var figures = await StationBench.RunAsync(options, step => Console.Error.WriteLine($"{step} …"), cancellationToken);
            if (parsed.GetValue(json))
                CardOutput.WriteJson(figures);
            else
                Show(figures);
            return 0;
        }));
        return command;
    }

    static void Show(IReadOnlyList<StationFigure> figures)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("delay each way", "ahead of the card", "commands", "ms/card, mesh", "ms/card, local", "ratio");
        foreach (var figure in figures)
        {
            table.AddRow($"{figure.OneWayMilliseconds} ms", Name(figure.Ahead), $"{figure.Apdus}", $"{figure.MeshMilliseconds:0.0}", $"{figure.LocalMilliseconds:0.0}", $"{figure.Ratio:0.000}");
        }

        AnsiConsole.Write(table);
    }

    static string Name(Ahead ahead) => ahead switch
    {
        Ahead.Nothing => "nothing",
        Ahead.Assignment => "card object",
        _ => "whole script",
    };
}
