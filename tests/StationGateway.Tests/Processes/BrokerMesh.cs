using Microsoft.AspNetCore.Builder;
using PersoMesh.Contracts;
using PersoMesh.Controller;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Hosting;
using PersoMesh.Ingest;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso;
using PersoMesh.Perso.Jobs;
using PersoMesh.PrivateServers;
using PersoMesh.Security;
using PersoMesh.Support;
using PersoMesh.Translator;

namespace PersoMesh.StationGateway.Tests.Processes;

/// <summary>All services but the gateway in this process, on a private broker, for gateways that are processes of their own.</summary>
sealed class BrokerMesh : IAsyncDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly WebApplication _app;
    readonly IngestClient _ingest;

    BrokerMesh(PrivateBroker broker, WebApplication app, TemporaryFolder folder)
    {
        (Broker, _app, _folder) = (broker, app, folder);
        _ingest = new IngestClient(new Uri(app.Urls.First()));
    }

    public PrivateBroker Broker { get; private set; }

    public string Folder => _folder.Path;

    string KeyFile => _folder.File("mesh.key");

    public static Task<BrokerMesh> StartAsync(params IEnumerable<string> settings) => StartAsync(tls: null, settings);

    /// <param name="tls">Makes the broker listen for TLS too.</param>
    /// <param name="settings">Further settings of the services, which are on the private side.</param>
    public static async Task<BrokerMesh> StartAsync(PrivateBrokerTls? tls, IEnumerable<string> settings)
    {
        var folder = new TemporaryFolder();
        var broker = await PrivateBroker.StartAsync(folder.File("broker"), CancellationToken.None, tls);
        await File.WriteAllTextAsync(folder.File("mesh.key"), new string('5', 64));
        var app = MeshHost.Create(
            [
                "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Critical", "--Logging:LogLevel:Microsoft=Critical", "--Logging:LogLevel:MassTransit=Critical",
                $"--Mesh:KeyFile={folder.File("mesh.key")}", $"--Mesh:Broker:Host={PrivateBroker.Host}", $"--Mesh:Broker:Port={broker.State.AmqpPort}",
                $"--Translator:ProfileFolder={InstallFolder.Profiles}", $"--Security:DemoKeyFile={InstallFolder.DemoKeys}", .. settings,
            ],
            "mesh", ContractsJson.Default, mesh => mesh.AddSupport().AddSecurity().AddTranslator().AddController().AddIngest());
        app.MapIngest();
        await app.StartAsync();
        return new BrokerMesh(broker, app, folder);
    }

    /// <summary>What a gateway needs to join.</summary>
    public IEnumerable<string> GatewaySettings =>
        [$"--Mesh:KeyFile={KeyFile}", $"--Mesh:Broker:Host={PrivateBroker.Host}", $"--Mesh:Broker:Port={Broker.State.AmqpPort}"];

    public Task SubmitAsync(string job, IEnumerable<Dictionary<string, string>> cards) =>
        _ingest.SubmitAsync(job, "emv-debit", "jsonl", priority: 0, MadeUpHolders.JsonLines(cards), CancellationToken.None);

    public async Task<JobStatus> StatusAsync(string job) => (await _ingest.FindAsync(job, CancellationToken.None))!;

    public async Task<IReadOnlyList<CardReport>> ReportAsync(string job) =>
        await _ingest.ReportAsync(job, CancellationToken.None).OfType<CardReport>().ToArrayAsync();

    /// <summary>Waits until a job's account is as wanted.</summary>
    public async Task<JobStatus> WaitAsync(string job, Func<JobStatus, bool> wanted, TimeSpan? within = null)
    {
        JobStatus? status = null;
        await Eventually.TrueAsync(async () => wanted(status = await StatusAsync(job)), () => $"{status}", within);
        return status!;
    }

    public async ValueTask DisposeAsync()
    {
        _ingest.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Broker.StopAsync();
        _folder.Dispose();
    }
}
