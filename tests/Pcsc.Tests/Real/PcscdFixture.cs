using PersoMesh.CardSimulator;
using PersoMesh.PrivateServers;

namespace PersoMesh.Pcsc.Tests.Real;

/// <summary>One private pcscd for all tests that need a real one; they run one after the other.</summary>
public sealed class PcscdFixture : IAsyncLifetime
{
    public const int Slots = 4;

    readonly string _folder = Directory.CreateTempSubdirectory("pm-pcscd-").FullName;
    PrivatePcscd? _pcscd;

    public PrivatePcscd Pcscd => _pcscd ?? throw new InvalidOperationException("pcscd has not started.");

    public async Task InitializeAsync()
    {
        _pcscd = await PrivatePcscd.StartAsync(_folder, Slots);
        _pcscd.UseInThisProcess();
    }

    public async Task DisposeAsync()
    {
        if (_pcscd is not null)
            await _pcscd.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>An empty slot, to be disposed by the test.</summary>
    public TestSlot Slot(int slot) => new(Pcscd.Slots[slot]);

    /// <summary>A slot with a card that pcscd has seen; to be disposed by the test.</summary>
    public async Task<TestSlot> InsertAsync(int slot, SimulatedCard card)
    {
        var inserted = Slot(slot);
        await inserted.InsertAsync(card);
        return inserted;
    }

    public string Reader(int slot) => Pcscd.Slots[slot].Reader;
}

[CollectionDefinition(Name)]
public sealed class PcscdCollection : ICollectionFixture<PcscdFixture>
{
    public const string Name = "pcscd";
}
