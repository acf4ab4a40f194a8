using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso;
using PersoMesh.Perso.Mesh;
using PersoMesh.Perso.Samples;
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

        Assert.NotEmpty(mesh.RunningProcesses());
        Assert.True(await mesh.DownAsync());
        await Eventually.TrueAsync(() => mesh.RunningProcesses() is [], () => $"gone: {string.Join("; ", mesh.RunningProcesses())}");
    }
}
