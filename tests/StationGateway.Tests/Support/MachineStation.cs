using PersoMesh.CardSimulator;
using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.PrivateServers;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>A station with PC/SC readers in pcscd's virtual slots, and a simulated machine that feeds them with payment cards.</summary>
sealed class MachineStation : IAsyncDisposable
{
    static int _serial = 0x0C000000;

    MachineStation(PrivatePcscd pcscd, int readers, Action<SimulatedCard>? spoil, Func<SimulatedCard> blank, Func<SimulatedCard, string?> identify)
    {
        Readers = [.. pcscd.Slots.Take(readers)];
        Machine = new CardMachine(Readers.ToDictionary(slot => slot.Reader, slot => slot.Port), _ =>
        {
            var card = blank();
            spoil?.Invoke(card);
            return card;
        })
        {
            Identify = identify,
        };
    }

    public CardMachine Machine { get; }

    public IReadOnlyList<VirtualSlot> Readers { get; }

    /// <summary>Puts readers together with a machine.</summary>
    /// <param name="readers">How many readers.</param>
    /// <param name="spoil">Makes each blank as bad as the test needs it.</param>
    /// <param name="blank">Makes the blanks; payment cards when it is null.</param>
    /// <param name="identify">What the machine tells of the blank that comes next; the truth when it is null.</param>
    public static async Task<MachineStation> StartAsync(
        int readers, Action<SimulatedCard>? spoil = null, Func<SimulatedCard>? blank = null, Func<SimulatedCard, string?>? identify = null) =>
        new(await PcscdProcess.GetAsync(), readers, spoil, blank ?? Blank, identify ?? Identity);

    /// <summary>A card as its supplier's list has it.</summary>
    public static string Identity(SimulatedCard card) => $"{Convert.ToHexString(card.KeyDiversificationData)} {card.KeySets[0].SequenceCounter}";

    /// <summary>A payment card as the manufacturer delivers it.</summary>
    public static SimulatedCard Blank() => new(Blueprints.EmvDemo(DemoKeys.Get("KMC-EMV")), (uint)Interlocked.Increment(ref _serial));

    /// <summary>Settings of the gateway.</summary>
    /// <param name="journals">Folder of the journals.</param>
    /// <param name="identifies">The machine tells which blank comes next.</param>
    public IEnumerable<string> Settings(string journals, bool identifies = false)
    {
        string[] station =
        [
            "Name=emv-real", "Pool=emv", "Kind=Pcsc", $"Feeder=tcp://127.0.0.1:{Machine.Port}", "Atrs:0=3B87*", $"IdentifiesBlanks={identifies}",
        ];
        return
        [
            $"--StationGateway:JournalFolder={journals}",
            .. station.Select(setting => $"--StationGateway:Stations:0:{setting}"),
            $"--StationGateway:Stations:0:ReaderPattern={Pattern}",
        ];
    }

    /// <summary>The cards of a pile, each with the card object that the report names for its serial number.</summary>
    public IReadOnlyList<EndToEnd.Tests.Support.StackedCard> Pile(string pile, IReadOnlyList<CardReport> report) =>
        [.. Machine.Stack.Where(stacked => stacked.Pile == pile).Select(stacked => new EndToEnd.Tests.Support.StackedCard(
            report.SingleOrDefault(line => line.CardSerial?.EndsWith(stacked.Card.SerialNumber, StringComparison.Ordinal) == true)?.CardObjectId ?? "",
            stacked.Card))];

    public ValueTask DisposeAsync() => Machine.DisposeAsync();

    // One driver has two slots, numbered 0 and 1.
    string Pattern => Readers.Count == 1 ? Readers[0].Reader : "PersoMesh virtual*";
}
