using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using PersoMesh.StationGateway;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso station</c>: what each reader does, and what an operator should do at it.</summary>
static class StationCommand
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var folder = MeshFolder.Option();
        var gateways = new Option<string[]>("--gateway")
        {
            Description = "Address of a station gateway, such as http://station-7:8080; may be repeated. Without it, those of the mesh in --folder.",
        };
        var once = new Option<bool>("--once") { Description = "Show it once instead of following it." };
        var json = new Option<bool>("--json") { Description = "Once, for a script." };
        var command = new Command("station", """
            Watch the readers live: what each one does, which card object is in it, what to do at it next, and how many cards went to which pile.

            Examples:
              perso station
              perso station --gateway http://127.0.0.1:8080
              perso station --json
            """) { folder, gateways, once, json };
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            var addresses = parsed.GetValue(gateways) is { Length: > 0 } named ? [.. named.Select(Address)] : Running(parsed.GetValue(folder)!);
            using var http = new HttpClient();
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(await ReadAsync(http, addresses, cancellationToken), Json));
            else if (parsed.GetValue(once) || Console.IsOutputRedirected)
                AnsiConsole.Write(Table(await ReadAsync(http, addresses, cancellationToken)));
            else
                await FollowAsync(http, addresses, cancellationToken);
            return 0;
        }));
        return command;
    }

    static Uri[] Running(string folder) =>
        [.. MeshFolder.Running(folder).Services.Where(service => service.Name.StartsWith("station-gateway", StringComparison.Ordinal)).Select(service => service.Address)];

    static Uri Address(string gateway) => Uri.TryCreate(gateway, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
        ? address
        : throw new UserErrorException($"--gateway '{gateway}' is not an address: write it like http://station-7:8080.");

    static async Task<List<StationStatus>> ReadAsync(HttpClient http, IEnumerable<Uri> gateways, CancellationToken cancellationToken)
    {
        List<StationStatus> stations = [];
        foreach (var gateway in gateways)
            stations.AddRange(await http.GetFromJsonAsync<StationStatus[]>(new Uri(gateway, "stations"), Json, cancellationToken) ?? []);
        return stations;
    }

    static Task FollowAsync(HttpClient http, Uri[] gateways, CancellationToken cancellationToken) =>
        AnsiConsole.Live(new Text("")).StartAsync(async live =>
        {
            while (true)
            {
                live.UpdateTarget(await PictureAsync(http, gateways, cancellationToken));
                await Task.Delay(PollInterval, cancellationToken);
            }
        });

    // A gateway that restarts comes back by itself.
    static async Task<IRenderable> PictureAsync(HttpClient http, Uri[] gateways, CancellationToken cancellationToken)
    {
        try
        {
            return Table(await ReadAsync(http, gateways, cancellationToken));
        }
        catch (HttpRequestException e)
        {
            return new Markup($"[red]{Markup.Escape(e.Message)}[/]");
        }
    }

    static Table Table(IEnumerable<StationStatus> stations)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumns("station", "reader", "pool", "does", "card object", "to do")
            .AddColumn("good", column => column.RightAligned()).AddColumn("rejected", column => column.RightAligned())
            .AddColumn("unresolved", column => column.RightAligned());
        foreach (var station in stations)
        {
            foreach (var reader in station.Readers)
            {
                table.AddRow(
                    Markup.Escape(station.Name), Markup.Escape(reader.Name), Markup.Escape(reader.Pool ?? ""), Activity(reader), Markup.Escape(reader.CardObjectId ?? ""),
                    reader.Instruction is { } instruction ? $"[yellow]{Markup.Escape(instruction)}[/]" : "", $"{reader.Good}",
                    reader.Rejected > 0 ? $"[red]{reader.Rejected}[/]" : "0", reader.Unresolved > 0 ? $"[red]{reader.Unresolved}[/]" : "0");
            }
        }

        return table;
    }

    static string Activity(ReaderStatus reader) => reader.Activity switch
    {
        "personalizing" => "[green]personalizing[/]",
        "reporting" => "[yellow]reporting[/]",
        var other => other,
    };
}
