using System.Text;
using System.Text.RegularExpressions;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Demo;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>Cards that fail while they are written: rejected by command, place and status word, and made again on another.</summary>
public sealed partial class CardFaultTests
{
    const int MaxAttempts = 3;

    [Theory]
    [InlineData("pulled out")]
    [InlineData("memory full")]
    public async Task A_spoiled_card_is_replaced_by_a_later_blank(string fault)
    {
        // A spoiled card's object goes behind those that wait: with these numbers it cannot meet a bad blank three times.
        const int Cards = 20;
        const int BadBlank = 7;
        using var folder = new TemporaryFolder();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var outcome = await DemoRun.RunAsync(new DemoOptions
        {
            Cards = Cards,
            Stations = 1,
            PullOutEvery = fault == "pulled out" ? BadBlank : 0,
            MemoryFullEvery = fault == "memory full" ? BadBlank : 0,
            Output = folder.Path,
            IsQuiet = true,
        }, deadline.Token);

        Assert.Equal((Cards, 0), (outcome.Status.Good, outcome.Status.Rejected));
        var rejected = CardStack.Read(folder.Path, Verdict.Rejected);
        Assert.NotEmpty(rejected);
        Assert.Equal(rejected.Count, outcome.Status.SpoiledCards);
        foreach (var line in outcome.Lines)
            Assert.Equal(1 + rejected.Count(card => card.CardObjectId == line.CardObjectId), line.Attempts);
        DebitCardCheck.EveryHolderHasHerCard(folder.Path, DebitHolder.ReadAll(folder.File("card-objects.csv")), outcome.Lines);
    }

    [Fact]
    public async Task After_its_last_attempt_a_card_object_is_rejected_by_command_place_and_status_word()
    {
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv", "Faults:MemoryFullEvery=1"));
        var holders = MadeUpHolders.DebitCards("full", 5, 2);
        var (status, report) = await mesh.PersonalizeAsync("full", "emv-debit", "jsonl", MadeUpHolders.JsonLines(holders));
        AreRejected(mesh, status, report, holders);
        // EXTERNAL AUTHENTICATE, two INSTALL, STORE DATA block 0, STORE DATA block 1.
        Assert.All(report, line => Assert.Matches(StoreDataRefused(), line.Reason));
    }

    [Fact]
    public async Task A_card_that_is_taken_out_is_rejected_by_the_command_that_got_no_answer()
    {
        string[] faults = ["Faults:PullOutEvery=1", "Faults:PullOutAfterApdus=5"];
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv", faults));
        var holders = MadeUpHolders.DebitCards("pulled", 6, 2);
        var (status, report) = await mesh.PersonalizeAsync("pulled", "emv-debit", "jsonl", MadeUpHolders.JsonLines(holders));
        AreRejected(mesh, status, report, holders);
        // Three commands open the card, EXTERNAL AUTHENTICATE and INSTALL were answered.
        Assert.All(report, line => Assert.Matches(TakenOut(), line.Reason));
        Assert.All(report, line => Assert.Equal(5, line.ApduCount));
    }

    [Fact]
    public async Task A_card_whose_last_answer_is_lost_is_unresolved_and_never_silently_made_again()
    {
        int commands;
        await using (var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv")))
        {
            var card = MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("whole", 7, 1));
            var (_, report) = await mesh.PersonalizeAsync("whole", "emv-debit", "jsonl", card);
            commands = report[0].ApduCount;
        }

        string[] faults = ["Faults:PullOutEvery=1", $"Faults:PullOutAfterApdus={commands - 1}"];
        await using (var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv", faults)))
        {
            var card = MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("last", 7, 1));
            var (status, report) = await mesh.PersonalizeAsync("last", "emv-debit", "jsonl", card);
            Assert.Equal((0, 0, 1, 1), (status.Good, status.Rejected, status.Unresolved, status.SpoiledCards));
            Assert.Equal(1, Assert.Single(report).Attempts);
            Assert.Single(CardStack.Read(mesh.Output, Verdict.Unresolved));
        }
    }

    static void AreRejected(
        EmbeddedMesh mesh, JobStatus status, IReadOnlyList<CardReport> report, IReadOnlyList<Dictionary<string, string>> holders)
    {
        Assert.Equal((holders.Count, holders.Count * MaxAttempts), (status.Rejected, status.SpoiledCards));
        Assert.All(report, line => Assert.Equal((CardState.Rejected, MaxAttempts), (line.State, line.Attempts)));
        Assert.Equal(holders.Count * MaxAttempts, CardStack.Read(mesh.Output, Verdict.Rejected).Count);
        Assert.Empty(CardStack.Read(mesh.Output, Verdict.Good));
        var scan = LeakScan.For(holders.Select(card => new DebitHolder(card)));
        Assert.All(report, line => Assert.Empty(scan.Find(Encoding.UTF8.GetBytes(line.Reason!))));
    }

    [GeneratedRegex(@"^command 5 of \d+ \(84E2[0-9A-F]{2}01\) answered 6A84 \([^)]+\)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StoreDataRefused();

    [GeneratedRegex(@"^the card was taken out at command 3 of \d+ \(84E62000\)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TakenOut();
}
