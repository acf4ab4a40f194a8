using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Perso.Bench.Chaos;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>A short chaos run; <c>perso bench chaos</c> makes longer ones.</summary>
public sealed class NothingLostTests
{
    [Fact]
    public async Task Services_broker_and_database_that_are_killed_lose_no_card_and_make_none_twice()
    {
        using var folder = new TemporaryFolder();
        var options = new ChaosOptions(TimeSpan.FromSeconds(15), Seed: 3, Stations: 4, folder.File("chaos")) { ApduDelayMilliseconds = 1 };
        var figures = await ChaosRun.RunAsync(options, _ => { }, CancellationToken.None);
        Assert.Empty(figures.Violations);
        Assert.True(figures.Good > 0, "no card was made at all");
        Assert.NotEmpty(figures.Disturbances);
    }
}
