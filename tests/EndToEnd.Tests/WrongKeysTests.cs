using System.Text.Json.Nodes;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso;
using PersoMesh.Perso.Demo;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>
/// S7: no card is locked by us. A wrong card cryptogram ends the session before the card counts anything, and a row of them stops the pool.
/// </summary>
public sealed class WrongKeysTests
{
    const int Budget = 5;
    const int Stations = 4;

    [Fact]
    public async Task A_card_with_a_wrong_cryptogram_is_rejected_unauthenticated_and_its_card_object_is_made_on_the_next_blank()
    {
        const int Cards = 16;
        using var folder = new TemporaryFolder();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        // Every third blank: more wrong ones than the budget in all, but never in a row, and none thrice for one card object.
        var options = new DemoOptions { Cards = Cards, Stations = 1, WrongCryptogramEvery = 3, Output = folder.Path, IsQuiet = true };
        var outcome = await DemoRun.RunAsync(options, deadline.Token);

        Assert.Equal((Cards, null), (outcome.Status.Good, outcome.Status.Stopped));
        var rejected = CardStack.Read(folder.Path, Verdict.Rejected);
        Assert.InRange(rejected.Count, Budget + 1, Cards);
        Assert.Equal(rejected.Count, outcome.Status.SpoiledCards);
        Assert.Equal(rejected.Count, outcome.Lines.Sum(line => line.Attempts - 1));
        Assert.All(rejected, NeverSawExternalAuthenticate);
        // The same look at a good card sees that it did.
        Assert.All(CardStack.Read(folder.Path, Verdict.Good), card => Assert.Equal(1, Assert.Single(card.Card.KeySets).SequenceCounter));
    }

    [Fact]
    public async Task A_row_of_cards_with_other_keys_stops_their_pool_and_no_other_and_locks_no_card()
    {
        using var supplier = new TemporaryFolder();
        await using var mesh = await EmbeddedMesh.StartAsync(
        [
            .. Enumerable.Range(0, Stations).SelectMany(number => EmbeddedMesh.Station(number, "emv")),
            .. EmbeddedMesh.Station(Stations, "badge"),
            $"--StationGateway:DemoKeyFile={SupplierWithAnotherMasterKey(supplier)}",
            $"--Controller:WrongCryptogramBudget={Budget}",
        ]);
        var cards = MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("foreign", 4, 40));
        var (status, report) = await mesh.PersonalizeAsync("debit", "emv-debit", "jsonl", cards);

        Assert.NotNull(status.Stopped);
        Assert.Contains("pool 'emv' is stopped", status.Stopped, StringComparison.Ordinal);
        Assert.Equal(0, status.Good);
        Assert.All(report.Where(line => line.Attempts > 0), line => Assert.Contains("cryptogram", line.Reason, StringComparison.Ordinal));

        await Eventually.TrueAsync(() => IsQuietAsync(mesh), () => "a reader is at work, or a spoiled card is not reported");
        var rejected = CardStack.Read(mesh.Output, Verdict.Rejected);
        // Cards that were in the other readers when the last one of the budget was noticed.
        Assert.InRange(rejected.Count, Budget, Budget + Stations - 1);
        Assert.All(rejected, NeverSawExternalAuthenticate);

        var badges = MadeUpHolders.JsonLines(MadeUpHolders.Badges(4, 3));
        var (other, _) = await mesh.PersonalizeAsync("badges", "access-badge", "jsonl", badges);
        Assert.Equal((3, null), (other.Good, other.Stopped));
        Assert.InRange(CardStack.Read(mesh.Output, Verdict.Rejected).Count, rejected.Count, Budget + Stations - 1);
    }

    static async Task<bool> IsQuietAsync(EmbeddedMesh mesh) =>
        (await mesh.ReadersAsync()).All(reader => reader.Activity == "waiting")
            && (await mesh.StatusAsync("debit")).SpoiledCards == CardStack.Read(mesh.Output, Verdict.Rejected).Count;

    // EXTERNAL AUTHENTICATE with wrong keys would count a failure; with right ones it would count up the key set's sequence counter.
    static void NeverSawExternalAuthenticate(StackedCard card)
    {
        var keys = Assert.Single(card.Card.KeySets);
        Assert.Equal((0, 0, false), (keys.FailedAuthentications, keys.SequenceCounter, keys.IsBlocked));
        Assert.Empty(card.Card.Applications);
    }

    static string SupplierWithAnotherMasterKey(TemporaryFolder folder)
    {
        var keys = JsonNode.Parse(File.ReadAllText(InstallFolder.DemoKeys))!;
        keys["keys"]!.AsArray().Single(key => (string?)key!["label"] == "KMC-EMV")!["value"] = "505152535455565758595A5B5C5D5E5F";
        var file = folder.File("keys.json");
        File.WriteAllText(file, keys.ToJsonString());
        return file;
    }
}
