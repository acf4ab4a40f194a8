using System.Xml.Linq;
using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso.Demo;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>A hundred employee badges: the other protocol, with every answer of the card verified.</summary>
public sealed class AccessBadgeTests
{
    const int Badges = 100;

    [Fact]
    public async Task Each_badge_holds_its_own_holders_data_and_key()
    {
        using var folder = new TemporaryFolder();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var options = new DemoOptions { Profile = "access-badge", Cards = Badges, Output = folder.Path, IsQuiet = true };
        var outcome = await DemoRun.RunAsync(options, deadline.Token);
        Assert.Equal((Badges, Badges, 0), (outcome.Status.Records, outcome.Status.Good, outcome.Status.SpoiledCards));

        var holders = BadgeHolder.ReadAll(folder.File("card-objects.csv"));
        var cards = CardStack.Read(folder.Path, Verdict.Good);
        Assert.Equal(Badges, cards.DistinctBy(card => card.Card.SerialNumber).Count());
        Assert.Equal(holders.Select(holder => holder.Id), cards.Select(card => card.CardObjectId));
        foreach (var (holder, card) in holders.Zip(cards))
        {
            HoldsHisData(holder, card.Card);
            var key = CardMathematics.AesKeyAn10922(DemoKeys.Get("SITE-MASTER"), holder.Diversifier);
            Assert.Equal([CardMathematics.AesCheckValue(key)], CheckValues(card));
            ShowsHisName(holder, folder.File($"cards/{holder.Id}.front.svg"));
        }

        // Otherwise the check values above would prove little.
        Assert.Equal(Badges, cards.SelectMany(CheckValues).Distinct(StringComparer.Ordinal).Count());
    }

    static IReadOnlyList<string> CheckValues(StackedCard card) => card.Card.DebugKeyCheckValues(BadgeHolder.Aid, 0x8000);

    static void HoldsHisData(BadgeHolder holder, SimulatedCard card)
    {
        Assert.Equal(0x0F, card.LifeCycle);
        var (aid, reading) = Assert.Single(CardInspector.Read(card));
        Assert.Equal(BadgeHolder.Aid, aid);
        var (place, record) = Assert.Single(reading.Records);
        Assert.Equal(new RecordNumber(1, 1), place);
        var objects = Tlv.ReadTemplate70(record);
        Assert.True(Sorted(holder.Record).SequenceEqual(Sorted(objects)), $"{holder.Id}: the record is not what the staff database says");

        static IEnumerable<KeyValuePair<string, string>> Sorted(IReadOnlyDictionary<string, string> objects) =>
            objects.OrderBy(entry => entry.Key, StringComparer.Ordinal);
    }

    static void ShowsHisName(BadgeHolder holder, string picture)
    {
        var elements = XDocument.Load(picture).Descendants();
        var texts = elements.Where(element => element.Name.LocalName == "text").Select(text => text.Value).ToArray();
        string[] expected = [holder.FullName, holder.Department, $"No. {holder.Id}"];
        Assert.True(expected.All(texts.Contains), $"{holder.Id}: his name, department or number is not in the picture");
    }
}
