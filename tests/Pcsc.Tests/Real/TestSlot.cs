using PersoMesh.CardSimulator;
using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.PrivateServers;

namespace PersoMesh.Pcsc.Tests.Real;

/// <summary>A slot whose insertions and removals are done when pcscd has seen them.</summary>
public sealed class TestSlot : IAsyncDisposable
{
    readonly VirtualSlot _slot;
    readonly VpcdConnection _connection;
    readonly ReaderMonitor _monitor = new();
    readonly Watch _watch;
    bool _isOccupied;

    public TestSlot(VirtualSlot slot)
    {
        _slot = slot;
        _connection = new("127.0.0.1", slot.Port);
        _watch = new(_monitor);
    }

    /// <summary>Holds a command before the card gets it.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, Task>? BeforeCommand
    {
        set => _connection.BeforeCommand = value;
    }

    public async Task<CardInserted> InsertAsync(SimulatedCard card)
    {
        _connection.Insert(card);
        _isOccupied = true;
        return await _watch.UntilAsync<CardInserted>(inserted => inserted.Reader == _slot.Reader);
    }

    public async Task RemoveAsync()
    {
        await PullAsync();
        if (_isOccupied)
            await _watch.UntilAsync<ReaderEvent>(@event => @event is CardRemoved removed && removed.Reader == _slot.Reader);
        _isOccupied = false;
    }

    /// <summary>Pulls the card and does not wait for pcscd, which may be gone.</summary>
    public Task PullAsync() => _connection.RemoveAsync().InTimeAsync();

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync();
        await _connection.DisposeAsync();
        await _watch.DisposeAsync();
        await _monitor.DisposeAsync();
    }
}
