using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>Reads debit cards back as a terminal would and compares them with the issuer's file. Messages name places, not data.</summary>
static class DebitCardCheck
{
    const byte Secured = 0x0F;
    const int PanBytes = 8;
    const int Ok = 0x9000;

    static readonly RecordNumber TrackData = new(1, 1);
    static readonly RecordNumber AccountData = new(2, 1);

    /// <summary>Every holder has one good card, it is hers in every place, and no place of it holds another holder's number.</summary>
    public static void EveryHolderHasHerCard(string output, IReadOnlyList<DebitHolder> holders, IReadOnlyList<CardReport> report) =>
        EveryHolderHasHerCard(CardStack.Read(output, Verdict.Good), holders, report);

    /// <inheritdoc cref="EveryHolderHasHerCard(string, IReadOnlyList{DebitHolder}, IReadOnlyList{CardReport})"/>
    public static void EveryHolderHasHerCard(IReadOnlyList<StackedCard> cards, IReadOnlyList<DebitHolder> holders, IReadOnlyList<CardReport> report)
    {
        Assert.Equal(holders.Count, cards.Count);
        Assert.Equal(cards.Count, cards.DistinctBy(card => card.CardObjectId).Count());
        Assert.Equal(cards.Count, cards.DistinctBy(card => card.Card.SerialNumber).Count());
        var byId = cards.ToDictionary(card => card.CardObjectId, card => card.Card, StringComparer.Ordinal);
        var lines = report.ToDictionary(line => line.CardObjectId!, StringComparer.Ordinal);
        var numbers = holders.Select(holder => holder.PanDigits).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(holders.Count, numbers.Count);
        foreach (var holder in holders)
        {
            var card = byId[holder.Id];
            HasHerData(card, holder);
            HasNoOther(card, holder, numbers);
            HasHerKeys(card, holder);
            var isReported = lines[holder.Id].CardSerial!.EndsWith(card.SerialNumber, StringComparison.Ordinal);
            Assert.True(isReported, $"{holder.Id}: the report names another card");
        }
    }

    static void HasHerData(SimulatedCard card, DebitHolder holder)
    {
        Same("life cycle", Secured.ToString("X2"), card.LifeCycle.ToString("X2"));
        var (aid, reading) = Assert.Single(CardInspector.Read(card));
        Same("AID", DebitHolder.Aid, aid);
        Same("status of SELECT", Ok, reading.SelectStatus);
        Assert.Equal([TrackData, AccountData], reading.Records.Keys.OrderBy(record => record.Sfi));
        // AIP 1800, AFL with both records: where a terminal is sent to, and finds something.
        Same("processing options", "770E" + "82021800" + "9408" + "08010100" + "10010100", Convert.ToHexString(reading.ProcessingOptions));
        Same("PIN tries left", 3, reading.PinTriesLeft);

        var track = Tlv.ReadTemplate70(reading.Records[TrackData]);
        Same("track 2 equivalent data (57)", holder.Track2Equivalent, track["57"]);
        Same("cardholder name (5F20)", holder.ChipName, track["5F20"]);
        Same("number of data objects", 2, track.Count);
        var account = Tlv.ReadTemplate70(reading.Records[AccountData]);
        Same("PAN (5A)", holder.PanDigits, account["5A"]);
        Same("expiration date (5F24)", holder.LastDay, account["5F24"]);
        Same("PAN sequence number (5F34)", holder.Sequence, account["5F34"]);
        Same("service code (5F30)", "0" + holder.ServiceCode, account["5F30"]);

        void Same<T>(string place, T expected, T actual) =>
            Assert.True(Equals(expected, actual), $"{holder.Id}: {place} is not what the issuer's file says");
    }

    static void HasNoOther(SimulatedCard card, DebitHolder holder, HashSet<string> numbers)
    {
        var reading = CardInspector.Read(card)[DebitHolder.Aid];
        byte[][] all = [.. reading.Records.Values, .. reading.DataObjects.Values, reading.Fci, reading.ProcessingOptions];
        foreach (var content in all)
        {
            for (var at = 0; at + PanBytes <= content.Length; at++)
            {
                var window = Convert.ToHexString(content, at, PanBytes);
                var isForeign = window != holder.PanDigits && numbers.Contains(window);
                Assert.False(isForeign, $"{holder.Id}: the card holds another holder's number");
            }
        }
    }

    static void HasHerKeys(SimulatedCard card, DebitHolder holder)
    {
        var expected = holder.MasterKeys.Select(CardMathematics.TripleDesCheckValue);
        Assert.Equal(expected, card.DebugKeyCheckValues(DebitHolder.Aid, 0x8000));
        var isVerified = CardInspector.VerifyPin(card, DebitHolder.Aid, holder.Pin) == Ok;
        Assert.True(isVerified, $"{holder.Id}: the card does not know its holder's PIN");
    }
}
