using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.FileSystemCard;
using PersoMesh.FileSystemCard.Vpcd;
using PersoMesh.PrivateServers;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>A station with PC/SC readers in pcscd's virtual slots, and a simulated machine that feeds them with blank file-system cards.</summary>
sealed class CampusStation : IAsyncDisposable
{
    static int _serial = 0x0D000000;

    readonly string _pool;

    CampusStation(PrivatePcscd pcscd, int readers, Action<SimulatedFileSystemCard>? spoil, string pool)
    {
        _pool = pool;
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

    public static async Task<CampusStation> StartAsync(int readers, Action<SimulatedFileSystemCard>? spoil = null, string pool = "campus") =>
        new(await PcscdProcess.GetAsync(), readers, spoil, pool);

    /// <summary>Settings of the gateway.</summary>
    /// <param name="journals">Folder of the journals.</param>
    public IEnumerable<string> Settings(string journals)
    {
        string[] station =
        [
            $"Name={_pool}-real", $"Pool={_pool}", "Kind=Pcsc", $"Feeder=tcp://127.0.0.1:{Machine.Port}", "Atrs:0=3B8C*",
            $"ReaderPattern={(Readers.Count == 1 ? Readers[0].Reader : "PersoMesh virtual*")}",
        ];
        return [$"--StationGateway:JournalFolder={journals}", .. station.Select(setting => $"--StationGateway:Stations:0:{setting}")];
    }

    public ValueTask DisposeAsync() => Machine.DisposeAsync();
}
