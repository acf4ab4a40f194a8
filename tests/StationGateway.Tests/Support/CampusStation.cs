using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.FileSystemCard;
using PersoMesh.FileSystemCard.Vpcd;
using PersoMesh.PrivateServers;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>A station with PC/SC readers in pcscd's virtual slots, and a simulated machine that feeds them with blank file-system cards.</summary>
sealed class CampusStation : IAsyncDisposable
{
    static int _serial = 0x0D000000;

    CampusStation(PrivatePcscd pcscd, int readers, Action<SimulatedFileSystemCard>? spoil)
    {
        Readers = [.. pcscd.Slots.Take(readers)];
        Machine = new(Readers.ToDictionary(slot => slot.Reader, slot => slot.Port), _ =>
        {
            var card = new SimulatedFileSystemCard(Blueprints.Demo(), (uint)Interlocked.Increment(ref _serial));
            spoil?.Invoke(card);
            return new FileSystemCardInSlot(card);
        });
    }

    public CardMachine<FileSystemCardInSlot> Machine { get; }

    public IReadOnlyList<VirtualSlot> Readers { get; }

    /// <summary>Cards of a pile, in the order in which they got there.</summary>
    public IReadOnlyList<SimulatedFileSystemCard> Pile(string pile) =>
        [.. Machine.Stack.Where(stacked => stacked.Pile == pile).Select(stacked => stacked.Card.Card)];

    public static async Task<CampusStation> StartAsync(int readers, Action<SimulatedFileSystemCard>? spoil = null) =>
        new(await PcscdProcess.GetAsync(), readers, spoil);

    /// <summary>Settings of the gateway.</summary>
    /// <param name="journals">Folder of the journals.</param>
    public IEnumerable<string> Settings(string journals)
    {
        string[] station =
        [
            "Name=campus-real", "Pool=campus", "Kind=Pcsc", $"Feeder=tcp://127.0.0.1:{Machine.Port}", "Atrs:0=3B8C*",
            $"ReaderPattern={(Readers.Count == 1 ? Readers[0].Reader : "PersoMesh virtual*")}",
        ];
        return [$"--StationGateway:JournalFolder={journals}", .. station.Select(setting => $"--StationGateway:Stations:0:{setting}")];
    }

    public ValueTask DisposeAsync() => Machine.DisposeAsync();
}
