using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.FileSystemCard;
using PersoMesh.FileSystemCard.Vpcd;
using PersoMesh.PrivateServers;

namespace PersoMesh.StationGateway.Tests.Support;

/// <summary>Finished cards in the slots instead of the magazine's next blanks.</summary>
sealed class InsertedCards : IAsyncDisposable
{
    readonly List<VpcdConnection> _connections = [];

    public static async Task<InsertedCards> InsertAsync(CampusStation station, IEnumerable<(VirtualSlot Slot, SimulatedFileSystemCard Card)> cards)
    {
        var inserted = new InsertedCards();
        foreach (var (slot, card) in cards)
        {
            await station.Machine.PullAsync(slot.Reader);
            var connection = new VpcdConnection("127.0.0.1", slot.Port);
            connection.Insert(new FileSystemCardInSlot(card));
            inserted._connections.Add(connection);
        }

        return inserted;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_connections.Select(connection => connection.DisposeAsync().AsTask()));
}
