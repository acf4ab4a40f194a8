using Npgsql;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso;
using PersoMesh.Perso.Mesh;
using PersoMesh.Perso.Samples;
using PersoMesh.PostgresAudit;
using PersoMesh.Profiles;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>The same thousand cards with RabbitMQ between services that are processes of their own.</summary>
public sealed class SeparateProcessesTests
{
    const int Cards = 1000;
    const int Stations = 16;
    static readonly string[] Services =
    [
        "support", "security", "translator", "controller", "ingest",
        "station-gateway-emv", "station-gateway-badge", "station-gateway-campus", "station-gateway-identity",
    ];

    [Fact]
    public async Task Thousand_cards_over_RabbitMQ_are_all_good_and_no_process_stays_behind()
    {
        // All pools that 'perso up' has.
        await using var mesh = await ProcessMesh.UpAsync(
            Stations, change: options => options with { Pools = new MeshRunOptions { Folder = options.Folder }.Pools });
        Assert.Equal(Services, mesh.State.Services.Select(service => service.Name));
        Assert.Equal(Services.Length, mesh.State.Services.Select(service => service.ProcessId).Distinct().Count());
        Assert.DoesNotContain(Environment.ProcessId, mesh.State.Services.Select(service => service.ProcessId));

        using var folder = new TemporaryFolder();
        var profile = ProfileLibrary.Load(InstallFolder.Profiles).Get("emv-debit");
        var file = SampleFile.Write(profile, Cards, seed: 1, folder.File("card-objects.csv"));
        await using var records = File.OpenRead(file);
        var (status, report) = await mesh.PersonalizeAsync("thousand", "emv-debit", "csv", records);

        Assert.Equal((Cards, Cards, 0), (status.Records, status.Good, status.SpoiledCards));
        Assert.Equal(Stations, report.Select(line => line.Station).Distinct(StringComparer.Ordinal).Count());
        DebitCardCheck.EveryHolderHasHerCard(mesh.State.Output, DebitHolder.ReadAll(file), report);

        await TheAuditLogTellsOfEveryCardAsync(mesh.State.ConnectionStringFile!, report, DebitHolder.ReadAll(file));

        Assert.NotEmpty(mesh.RunningProcesses());
        Assert.True(await mesh.DownAsync());
        await Eventually.TrueAsync(() => mesh.RunningProcesses() is [], () => $"gone: {string.Join("; ", mesh.RunningProcesses())}");
    }

    static async Task TheAuditLogTellsOfEveryCardAsync(string connectionStringFile, IReadOnlyList<CardReport> report, IReadOnlyList<DebitHolder> holders)
    {
        await using var database = NpgsqlDataSource.Create(File.ReadAllText(connectionStringFile).Trim());
        byte[] log = [];
        // Chained within a second, sealed within ten.
        await Eventually.TrueAsync(async () =>
        {
            using var copy = new MemoryStream();
            var waiting = await new PostgresAuditTrail(database).ExportAsync(copy, CancellationToken.None);
            log = copy.ToArray();
            return waiting == 0 && AuditView.Verify(log) is { Unsealed: 0, SealsChecked: > 0 };
        }, () => "the audit log is not sealed");
        Assert.Empty(AuditView.Verify(log).Findings);
        var bySubject = AuditView.Read(log).ToLookup(record => record.Subject, StringComparer.Ordinal);
        foreach (var line in report)
        {
            // Ingest and Controller note independently of each other.
            var seen = bySubject[line.CardObjectId!].ToArray();
            Assert.Equal(["card.accept", "card.good", "session.assign", "session.verdict"], seen.Select(record => record.Action).Order(StringComparer.Ordinal));
            Assert.Equal("good", seen.Single(record => record.Action == "session.verdict").Details["verdict"]);
            var good = seen.Single(record => record.Action == "card.good");
            Assert.Equal((line.Station, line.CardSerial), (good.Actor, good.Details["serial"]));
        }

        var scan = new LeakScan();
        foreach (var holder in holders)
            scan.AddDigits("an account number", holder.Pan);
        Assert.Empty(scan.Find(log));
    }
}
