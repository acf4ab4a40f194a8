using System.CommandLine;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Demo;
using Spectre.Console;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso demo</c>: everything in one process.</summary>
static class DemoCommand
{
    const int ReasonsShown = 5;

    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "Card objects (.csv, .jsonl or .txt). Without one, made-up ones are written and used.", Arity = ArgumentArity.ZeroOrOne };
        var profile = new Option<string>("--profile", "-p") { Description = "Card profile: a name, or name@version.", DefaultValueFactory = _ => "emv-debit" };
        var profiles = new Option<string>("--profiles") { Description = "Folder with card profiles.", DefaultValueFactory = _ => InstallFolder.Profiles };
        var format = new Option<string?>("--format") { Description = "csv, jsonl or text, when the file's name does not tell." };
        var cards = new Option<int>("--cards", "-n") { Description = "How many made-up cards.", DefaultValueFactory = _ => 100 };
        var stations = new Option<int>("--stations", "-s") { Description = "Simulated stations.", DefaultValueFactory = _ => 4 };
        var output = new Option<string?>("--out", "-o") { Description = "Folder for the report and the cards. Default: runs/demo-DATE-TIME." };
        var delay = new Option<int>("--apdu-delay") { Description = "Milliseconds that a simulated card takes for each command.", DefaultValueFactory = _ => 0 };
        var pullOut = new Option<int>("--pull-out-every") { Description = "Every Nth card of a station is pulled out while it is written.", DefaultValueFactory = _ => 0 };
        var wrongKeys = new Option<int>("--wrong-cryptogram-every") { Description = "Every Nth card has a wrong cryptogram.", DefaultValueFactory = _ => 0 };
        var memory = new Option<int>("--memory-full-every") { Description = "Every Nth card has no memory left.", DefaultValueFactory = _ => 0 };
        var hsm = HsmArguments.Create();
        var command = new Command("demo", """
            Personalize simulated cards with all services in this process. Needs no server and no root.

            Writes report.csv, report.json, the cards' pictures and what a station would put on their stripes.
            Exit status: 0 when every card is good, 1 when not, 2 when the run could not be done.

              perso demo
              perso demo --cards 1000 --stations 16
              perso demo --profile access-badge --cards 50
              perso demo samples/emv-debit.csv --profile emv-debit
              perso demo --cards 50 --pull-out-every 7      see how a spoiled card is made again
            """)
        {
            file, profile, profiles, format, cards, stations, output, delay, pullOut, wrongKeys, memory,
        };
        hsm.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(() =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(output) ?? Path.Combine("runs", $"demo-{TimeProvider.System.GetLocalNow():yyyyMMdd-HHmmss}"));
            return RunAsync(new DemoOptions
            {
                File = parsed.GetValue(file),
                Format = parsed.GetValue(format),
                Profile = parsed.GetValue(profile)!,
                ProfileFolder = Path.GetFullPath(parsed.GetValue(profiles)!),
                Cards = AtLeastOne(parsed.GetValue(cards), "--cards"),
                Stations = AtLeastOne(parsed.GetValue(stations), "--stations"),
                Output = folder,
                ApduDelayMilliseconds = parsed.GetValue(delay),
                PullOutEvery = parsed.GetValue(pullOut),
                WrongCryptogramEvery = parsed.GetValue(wrongKeys),
                MemoryFullEvery = parsed.GetValue(memory),
                Hsm = hsm.Read(parsed, folder),
            }, cancellationToken);
        }));
        return command;
    }

    static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        if (options.File is { } file && !File.Exists(file))
            throw new UserErrorException($"There is no file '{file}'.");
        AnsiConsole.MarkupLine(options.Hsm is { } hsm
            ? $"Keys are in PKCS#11 token [bold]{hsm.Token.EscapeMarkup()}[/]."
            : "Keys are in the in-process security module: [yellow]for demonstration only[/].");
        var outcome = await DemoRun.RunAsync(options, cancellationToken);
        Show(outcome, options.Output);
        var status = outcome.Status;
        return status.Good == status.Records && status.Records > 0 ? 0 : Guarded.Failure;
    }

    static void Show(DemoOutcome outcome, string folder)
    {
        var status = outcome.Status;
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "cards");
        table.AddRow("records read", $"{status.Records}");
        table.AddRow("[green]good[/]", $"[green]{status.Good}[/]");
        table.AddRow("rejected", $"{status.Rejected}");
        table.AddRow("unresolved", $"{status.Unresolved}");
        table.AddRow("refused", $"{status.Refused}");
        table.AddRow("blank cards spoiled", $"{status.SpoiledCards}");
        table.AddRow("time", $"{outcome.Elapsed.TotalSeconds:0.0} s");
        table.AddRow("cards/s", $"{status.Good / outcome.Elapsed.TotalSeconds:0}");
        AnsiConsole.Write(table);
        if (status.Stopped is { } reason)
            AnsiConsole.MarkupLineInterpolated($"[red]Stopped:[/] {reason}.");
        var bad = outcome.Lines.Where(line => line.State != CardState.Good).ToArray();
        foreach (var line in bad.Take(ReasonsShown))
            AnsiConsole.MarkupLineInterpolated($"[red]record {line.RecordNumber}[/] {line.CardObjectId} {line.State.ToString().ToLowerInvariant()}: {(line.Field is null ? "" : line.Field + ": ")}{line.Reason}");
        if (bad.Length > ReasonsShown)
            AnsiConsole.MarkupLine($"[grey]and {bad.Length - ReasonsShown} more, in the report[/]");
        Console.WriteLine($"Report and cards: {folder}");
    }

    static int AtLeastOne(int value, string option) => value >= 1 ? value : throw new UserErrorException($"{option} must be at least 1.");
}
