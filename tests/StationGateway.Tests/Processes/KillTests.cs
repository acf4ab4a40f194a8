using System.Globalization;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.StationGateway.Tests.Support;
using Xunit.Abstractions;

namespace PersoMesh.StationGateway.Tests.Processes;

/// <summary>A gateway that dies by SIGKILL at any moment, with real readers that go on holding the cards.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    const int Readers = PcscdProcess.Slots;
    const int Cards = 120;

    /// <summary>How often the gateway is killed in each test: 8 times in a usual run, as often as PERSOMESH_KILLS says in a long one.</summary>
    static int Kills => int.Parse(Environment.GetEnvironmentVariable("PERSOMESH_KILLS") ?? "8", CultureInfo.InvariantCulture);

    /// <param name="identifies">The machine tells which blank comes next: scripts are then at the station before their cards.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_random_points_it_makes_no_card_twice_and_loses_none(bool identifies)
    {
        await using var station = await MachineStation.StartAsync(Readers);
        await using var mesh = await BrokerMesh.StartAsync(
            "--Controller:OpeningTimeout=00:00:20", "--Controller:PrefetchTimeout=00:00:20", "--Controller:CompletionTimeout=00:00:10");
        var pcscd = await PcscdProcess.GetAsync();
        string[] settings = [.. station.Settings(Path.Combine(mesh.Folder, "journals"), identifies), .. mesh.GatewaySettings, "--StationGateway:ReminderInterval=00:00:01"];
        Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(settings, pcscd.EnvironmentVariables, Path.Combine(mesh.Folder, "gateway.log"));

        var holders = new List<DebitHolder>();
        var jobs = new List<string>();
        // The seed makes a failure's moments repeatable as far as a machine with other work allows.
        var random = new Random(20261121);
        var kills = 0;
        while (kills < Kills)
        {
            await SubmitAsync();
            while (kills < Kills && !(await mesh.StatusAsync(jobs[^1])).IsFinished)
            {
                await using var gateway = await StartAsync();
                await Task.Delay(random.Next(0, 1200));
                await gateway.KillAsync();
                kills++;
            }
        }

        await using (await StartAsync())
        {
            foreach (var job in jobs)
                await mesh.WaitAsync(job, status => status.IsFinished);
        }

        List<CardReport> report = [];
        foreach (var job in jobs)
            report.AddRange(await mesh.ReportAsync(job));
        output.WriteLine($"{kills} kills, {holders.Count} card objects: {report.Count(line => line.State == CardState.Good)} good, "
            + $"{report.Count(line => line.State == CardState.Rejected)} rejected, {report.Count(line => line.State == CardState.Unresolved)} unresolved; "
            + $"cards rejected: {station.Machine.Stack.Count(card => card.Pile == "REJECTED")}");
        Judge(station, holders, report);

        async Task SubmitAsync()
        {
            var job = $"kill-{jobs.Count + 1}";
            var cards = MadeUpHolders.DebitCards(job, 30 + jobs.Count, Cards);
            jobs.Add(job);
            holders.AddRange(cards.Select(card => new DebitHolder(card)));
            await mesh.SubmitAsync(job, cards);
        }
    }

    static void Judge(MachineStation station, List<DebitHolder> holders, List<CardReport> report)
    {
        // None lost: every card object has an end.
        Assert.Equal(holders.Count, report.Count);
        Assert.All(report, line => Assert.True(line.State is CardState.Good or CardState.Rejected or CardState.Unresolved, $"{line.CardObjectId} is {line.State}"));

        // None twice: each good card object is on one good card, whole, and no other card object is on any.
        var good = report.Where(line => line.State == CardState.Good).ToArray();
        var goodHolders = holders.Where(holder => good.Any(line => line.CardObjectId == holder.Id)).ToArray();
        Assert.NotEmpty(good);
        DebitCardCheck.EveryHolderHasHerCard(station.Pile("GOOD", report), goodHolders, good);

        // What nobody knows is on the pile for it, and nowhere else.
        var unresolved = report.Count(line => line.State == CardState.Unresolved);
        Assert.Equal(unresolved, station.Machine.Stack.Count(card => card.Pile == "UNRESOLVED"));
    }
}
