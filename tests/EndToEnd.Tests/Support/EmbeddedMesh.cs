using Microsoft.AspNetCore.Builder;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Local;
using PersoMesh.Perso;
using PersoMesh.Perso.Jobs;
using PersoMesh.StationGateway;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>All services in this process, for tests that need other settings than <c>perso demo</c> has.</summary>
sealed class EmbeddedMesh : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly WebApplication _app;
    readonly TemporaryFolder _folder;
    readonly IngestClient _ingest;

    EmbeddedMesh(WebApplication app, TemporaryFolder folder)
    {
        (_app, _folder, Address) = (app, folder, new Uri(app.Urls.First()));
        _ingest = new IngestClient(Address);
    }

    /// <summary>Where the stations put their cards.</summary>
    public string Output => _folder.Path;

    public Uri Address { get; }

    /// <summary>Starts a mesh.</summary>
    /// <param name="settings"><c>--Section:Name=value</c>, beside those that every test needs; the last one wins.</param>
    public static async Task<EmbeddedMesh> StartAsync(params IEnumerable<string> settings)
    {
        var folder = new TemporaryFolder();
        var app = LocalMesh.Create(
        [
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=Critical",
            "--Logging:LogLevel:Microsoft=Critical",
            "--Logging:LogLevel:MassTransit=Critical",
            $"--Translator:ProfileFolder={InstallFolder.Profiles}",
            $"--Security:DemoKeyFile={InstallFolder.DemoKeys}",
            $"--StationGateway:DemoKeyFile={InstallFolder.DemoKeys}",
            $"--StationGateway:OutputFolder={folder.Path}",
            "--StationGateway:KeepSimulatedCards=true",
            .. settings,
        ]);
        await app.StartAsync();
        return new EmbeddedMesh(app, folder);
    }

    /// <summary>The settings of a station.</summary>
    public static IEnumerable<string> Station(int number, string pool, params string[] settings)
    {
        string[] all = [$"Name={pool}-{number}", $"Pool={pool}", $"Product={pool}-demo", .. settings];
        return all.Select(setting => $"--StationGateway:Stations:{number}:{setting}");
    }

    /// <summary>Submits card objects and waits until nothing more happens to them, or their pool is stopped.</summary>
    public async Task<(JobStatus Status, IReadOnlyList<CardReport> Report)> PersonalizeAsync(
        string job, string profile, string format, Stream records)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var submission = _ingest.SubmitAsync(job, profile, format, priority: 0, records, deadline.Token);
        var status = await JobWatch.QuietlyAsync(_ingest, job, submission, deadline.Token);
        return (status, await _ingest.ReportAsync(job, deadline.Token).OfType<CardReport>().ToArrayAsync(deadline.Token));
    }

    public async Task<JobStatus> StatusAsync(string job) => (await _ingest.FindAsync(job, CancellationToken.None))!;

    public async Task<IReadOnlyList<ReaderStatus>> ReadersAsync() =>
        [.. (await _ingest.StationsAsync(CancellationToken.None)).SelectMany(station => station.Readers)];

    public async ValueTask DisposeAsync()
    {
        _ingest.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
