using System.Globalization;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.StationGateway.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Processes;

/// <summary>A gateway that loses its broker, is dead for longer than the Controller waits, or is told to stop, in the middle of cards.</summary>
public sealed class LinkAndStopTests
{
    const int Cards = 24;

    /// <summary>How long the broker is gone: not waited for in a usual run, as long as PERSOMESH_OUTAGE says (00:01:00) in a long one.</summary>
    static TimeSpan Outage => TimeSpan.Parse(Environment.GetEnvironmentVariable("PERSOMESH_OUTAGE") ?? "00:00:00", CultureInfo.InvariantCulture);

    [Fact]
    public async Task With_the_broker_gone_for_a_while_nothing_is_lost_or_made_twice()
    {
        await using var station = await MachineStation.StartAsync(PcscdProcess.Slots);
        await using var mesh = await BrokerMesh.StartAsync();
        await using var link = new BreakableLink(mesh.Broker.State.AmqpPort);
        await using var supervised = new SupervisedGateway(() => StartAsync(station, mesh, $"--Mesh:Broker:Port={link.Port}"));
        await supervised.StartAsync();
        var cards = MadeUpHolders.DebitCards("link", 60, Cards);
        // Cut while a batch is under way: its answer meets no broker.
        var held = station.Machine.HoldAfter(station.Readers[0].Reader, commands: 5);
        await mesh.SubmitAsync("link", cards);
        var card = await held.WaitAsync(TimeSpan.FromMinutes(1));
        var before = link.Connections;
        await link.CutAsync();
        station.Machine.Release(station.Readers[0].Reader);
        // The card is finished without the broker.
        await Eventually.TrueAsync(() => card.LifeCycle == 0x0F, () => "the held card is not finished");
        await Task.Delay(Outage);
        link.Mend();
        var status = await supervised.WhileAsync(() => mesh.WaitAsync("link", job => job.IsFinished, TimeSpan.FromMinutes(2)));
        Assert.True(link.Connections > before);
        Assert.Equal((Cards, 0, 0), (status.Good, status.Rejected, status.SpoiledCards));
        var report = await mesh.ReportAsync("link");
        DebitCardCheck.EveryHolderHasHerCard(station.Pile("GOOD", report), [.. cards.Select(line => new DebitHolder(line))], report);
        Assert.Contains(station.Machine.Stack, stacked => stacked.Card == card && stacked.Pile == "GOOD");
    }

    [Fact]
    public async Task A_card_that_was_called_unresolved_is_resolved_by_the_journal_when_the_gateway_is_back()
    {
        await using var station = await MachineStation.StartAsync(PcscdProcess.Slots);
        await using var mesh = await BrokerMesh.StartAsync("--Controller:ProgrammingTimeout=00:00:02", "--Controller:CompletionTimeout=00:00:01");
        // One card object for each reader: the one that is held has none ahead.
        var gateway = await StartAsync(station, mesh, "--StationGateway:Stations:0:Prefetch=false");
        await using (gateway)
        {
            var held = station.Machine.HoldAfter(station.Readers[0].Reader, commands: 5);
            await mesh.SubmitAsync("dead", MadeUpHolders.DebitCards("dead", 61, PcscdProcess.Slots));
            await held.WaitAsync(TimeSpan.FromMinutes(1));
            await mesh.WaitAsync("dead", job => job.Good == PcscdProcess.Slots - 1);
            await gateway.KillAsync();
        }

        await mesh.WaitAsync("dead", job => job.Unresolved == 1);
        station.Machine.Release(station.Readers[0].Reader);
        await using var again = await StartAsync(station, mesh);
        // The journal says that the card is not complete: the card object goes onto another one.
        var status = await mesh.WaitAsync("dead", job => job.Good == PcscdProcess.Slots);
        Assert.Equal((0, 0, 1), (status.Unresolved, status.Rejected, status.SpoiledCards));
        Assert.Single(station.Machine.Stack, stacked => stacked.Pile == "REJECTED");
        Assert.DoesNotContain(station.Machine.Stack, stacked => stacked.Pile == "UNRESOLVED");
    }

    [Fact]
    public async Task Told_to_stop_a_gateway_finishes_its_cards_takes_no_other_and_ends_with_status_0()
    {
        await using var station = await MachineStation.StartAsync(PcscdProcess.Slots);
        await using var mesh = await BrokerMesh.StartAsync();
        var reader = station.Readers[0].Reader;
        await using (var gateway = await StartAsync(station, mesh))
        {
            var held = station.Machine.HoldAfter(reader, commands: 5);
            await mesh.SubmitAsync("stop", MadeUpHolders.DebitCards("stop", 62, Cards));
            var card = await held.WaitAsync(TimeSpan.FromMinutes(1));
            var ending = gateway.TerminateAsync();
            await Eventually.TrueAsync(async () => (await File.ReadAllTextAsync(gateway.Log)).Contains("shutting down", StringComparison.Ordinal), () => "it does not stop");
            Assert.False(ending.IsCompleted);
            station.Machine.Release(reader);
            Assert.Equal(0, await ending.WaitAsync(TimeSpan.FromMinutes(1)));
            Assert.Equal("GOOD", station.Machine.Stack.Single(stacked => stacked.Card == card).Pile);
        }

        await using var again = await StartAsync(station, mesh);
        var status = await mesh.WaitAsync("stop", job => job.IsFinished);
        Assert.Equal((Cards, 0), (status.Good, status.SpoiledCards));
        Assert.All(await mesh.ReportAsync("stop"), line => Assert.Equal(1, line.Attempts));
    }

    static async Task<GatewayProcess> StartAsync(MachineStation station, BrokerMesh mesh, params string[] settings) => await GatewayProcess.StartAsync(
        [
            .. station.Settings(Path.Combine(mesh.Folder, "journals")), .. mesh.GatewaySettings, "--StationGateway:ReminderInterval=00:00:01",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", .. settings,
        ],
        (await PcscdProcess.GetAsync()).EnvironmentVariables, Path.Combine(mesh.Folder, "gateway.log"));
}
