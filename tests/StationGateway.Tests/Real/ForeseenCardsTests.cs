using PersoMesh.CardSimulator;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>Cards in pcscd's readers whose machine tells which comes next, and lies now and then.</summary>
public sealed class ForeseenCardsTests
{
    const int Cards = 40;
    const int Readers = 4;
    const int LieEvery = 5;

    [Fact]
    public async Task Cards_that_are_not_those_that_were_foreseen_are_good_all_the_same_and_none_counts_a_failed_authentication()
    {
        var told = 0;
        // A card of another serial number, and one that has had sessions: both lies name a card that could exist.
        await using var station = await MachineStation.StartAsync(Readers, identify: card => (Interlocked.Increment(ref told) % (2 * LieEvery)) switch
        {
            0 => MachineStation.Identity(MachineStation.Blank()),
            LieEvery => $"{Convert.ToHexString(card.KeyDiversificationData)} 7",
            _ => MachineStation.Identity(card),
        });
        using var journals = new TemporaryFolder();
        await using var mesh = await EmbeddedMesh.StartAsync(station.Settings(journals.Path, identifies: true));
        var holders = MadeUpHolders.DebitCards("foreseen", 28, Cards);
        var (status, report) = await mesh.PersonalizeAsync("foreseen", "emv-debit", "jsonl", MadeUpHolders.JsonLines(holders));
        Assert.Equal((Cards, 0, 0), (status.Good, status.SpoiledCards, status.Unresolved));
        Assert.InRange(told, LieEvery + Readers, int.MaxValue);
        DebitCardCheck.EveryHolderHasHerCard(station.Pile("GOOD", report), [.. holders.Select(holder => new DebitHolder(holder))], report);
        Assert.All(station.Machine.Stack, stacked => Assert.All(stacked.Card.KeySets, keys => Assert.Equal(0, keys.FailedAuthentications)));
        Assert.All(report, line => Assert.Equal(1, line.Attempts));
    }

    [Fact]
    public async Task A_card_with_other_keys_than_foreseen_is_rejected_before_it_counts_an_attempt()
    {
        var blanks = 0;
        await using var station = await MachineStation.StartAsync(1, blank: () => ++blanks == 2
            ? new SimulatedCard(Blueprints.EmvDemo(Convert.FromHexString("505152535455565758595A5B5C5D5E5F")), 0x0B000001)
            : MachineStation.Blank());
        using var journals = new TemporaryFolder();
        await using var mesh = await EmbeddedMesh.StartAsync(station.Settings(journals.Path, identifies: true));
        var (status, _) = await mesh.PersonalizeAsync("keys", "emv-debit", "jsonl", MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("keys", 29, 3)));
        Assert.Equal((3, 1), (status.Good, status.SpoiledCards));
        var rejected = Assert.Single(station.Machine.Stack, stacked => stacked.Pile == "REJECTED").Card;
        Assert.All(rejected.KeySets, keys => Assert.Equal(0, keys.FailedAuthentications));
    }
}
