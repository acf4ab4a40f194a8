using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.Perso.Commands;

/// <summary><c>perso card</c>: single card objects of a running mesh.</summary>
static class CardCommand
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static Command Create() => new("card", "Look at a card object, and settle one whose outcome nobody could know.") { Show(), Resolve() };

    static Command Show() => OneCard("show", "What became of a card object, as JSON.", [], async (_, client, id, cancellationToken) =>
    {
        var card = await client.FindCardAsync(id, cancellationToken) ?? throw new UserErrorException($"No accepted card object has the identifier '{id}'.");
        Console.WriteLine(JsonSerializer.Serialize<CardReport>(card, Json));
    });

    static Command Resolve()
    {
        var good = new Option<bool>("--good") { Description = "The card was looked at: it works, and was kept." };
        var destroyed = new Option<bool>("--destroyed") { Description = "The card was destroyed; another one is made." };
        const string Description = """
            Settle an unresolved card object. Such a card lies apart, because its station fell silent while it was written: read it, or
            destroy it. Never say --destroyed before it is: there would be two good cards.
            """;
        return OneCard("resolve", Description, [good, destroyed], async (parsed, client, id, cancellationToken) =>
        {
            var isGood = parsed.GetValue(good);
            if (isGood == parsed.GetValue(destroyed))
                throw new UserErrorException("Say one of --good and --destroyed.");
            await client.ResolveAsync(id, isGood, cancellationToken);
            Console.WriteLine(isGood ? $"{id} is good." : $"{id} is made again.");
        });
    }

    static Command OneCard(
        string verb, string description, IReadOnlyList<Option> further, Func<ParseResult, IngestClient, string, CancellationToken, Task> action)
    {
        var (id, folder) = (new Argument<string>("ID") { Description = "Card object identifier." }, MeshFolder.Option());
        var command = new Command(verb, description) { id, folder };
        foreach (var option in further)
            command.Add(option);
        command.SetAction((parsed, cancellationToken) => Guarded.RunAsync(async () =>
        {
            using var client = new IngestClient(MeshFolder.Running(parsed.GetValue(folder)!).Ingest);
            await action(parsed, client, parsed.GetValue(id)!, cancellationToken);
            return 0;
        }));
        return command;
    }
}
