using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Demo;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary><c>perso demo --cards 1000 --stations 16</c>, run once.</summary>
public sealed class ThousandDebitCards : IAsyncLifetime, IDisposable
{
    public const int Cards = 1000;
    public const int Stations = 16;

    readonly TemporaryFolder _folder = new();

    public string Output => _folder.Path;

    public JobStatus Status { get; private set; } = null!;

    public IReadOnlyList<CardReport> Report { get; private set; } = [];

    internal IReadOnlyList<DebitHolder> Holders { get; private set; } = [];

    public async Task InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var options = new DemoOptions { Cards = Cards, Stations = Stations, Output = Output, IsQuiet = true };
        var outcome = await DemoRun.RunAsync(options, deadline.Token);
        (Status, Report) = (outcome.Status, outcome.Lines);
        Holders = DebitHolder.ReadAll(Path.Combine(Output, "card-objects.csv"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}
