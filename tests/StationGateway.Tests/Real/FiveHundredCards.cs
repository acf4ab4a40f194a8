using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Real;

/// <summary>Five hundred debit cards through pcscd, run once; pcscd stays, so that others can look at the cards.</summary>
public sealed class FiveHundredCards : IAsyncLifetime
{
    public const int Cards = 500;

    MachineStation? _station;

    internal MachineStation Station => _station!;

    public JobStatus Status { get; private set; } = null!;

    public IReadOnlyList<CardReport> Report { get; private set; } = [];

    internal IReadOnlyList<DebitHolder> Holders { get; private set; } = [];

    public async Task InitializeAsync()
    {
        _station = await MachineStation.StartAsync(PcscdProcess.Slots);
        using var journals = new TemporaryFolder();
        var records = MadeUpHolders.DebitCards("real", 21, Cards);
        Holders = [.. records.Select(record => new DebitHolder(record))];
        await using var mesh = await EmbeddedMesh.StartAsync(_station.Settings(journals.Path));
        (Status, Report) = await mesh.PersonalizeAsync("real", "emv-debit", "jsonl", MadeUpHolders.JsonLines(records));
    }

    public async Task DisposeAsync()
    {
        if (_station is not null)
            await _station.DisposeAsync();
    }
}
