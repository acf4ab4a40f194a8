using System.Diagnostics;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Demo;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Mesh;
using PersoMesh.Perso.Samples;
using PersoMesh.PrivateServers;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench;

/// <summary>What a run over all services gave.</summary>
/// <param name="Way"><c>embedded</c> or <c>rabbitmq</c>.</param>
/// <param name="Profile">The card profile.</param>
/// <param name="Cards">Cards, all good.</param>
/// <param name="CardsPerSecond">From submission to the last verdict.</param>
/// <param name="ProcessorMillisecondsPerCard">User and system time of all processes, the broker's too.</param>
/// <param name="MessagesPerCard">Messages that the broker counted; null without one.</param>
/// <param name="KilobytesPerCard">Bytes that the broker received; null without one.</param>
sealed record MeshFigures(string Way, string Profile, int Cards, double CardsPerSecond, double ProcessorMillisecondsPerCard, double? MessagesPerCard, double? KilobytesPerCard);

/// <summary>All figures of a run; ratios are what can be compared between machines.</summary>
/// <param name="Runs">Each way.</param>
/// <param name="RawRoundTripsPerSecond">RabbitMQ.Client alone on the same broker, in the same run.</param>
sealed record BenchFigures(IReadOnlyList<MeshFigures> Runs, double RawRoundTripsPerSecond)
{
    /// <summary>Cards a second over RabbitMQ for each raw round trip a second.</summary>
    public double CardsPerRawRoundTrip => Runs.First(run => run.Way == "rabbitmq").CardsPerSecond / RawRoundTripsPerSecond;
}

/// <summary>Measures cards per second and what they cost, embedded and over RabbitMQ, beside the broker's own limit.</summary>
static class MeshBench
{
    const int WarmUpCards = 200;
    const int RawRoundTrips = 10_000;

    public static async Task<BenchFigures> RunAsync(string profile, int cards, int stations, string folder, Action<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var known = ProfileLibrary.Load(InstallFolder.Profiles).Get(profile);
        progress($"embedded: {cards} cards");
        var embedded = await EmbeddedAsync(known, cards, stations, folder, cancellationToken);
        progress("starting RabbitMQ and the services");
        var mesh = Path.Combine(folder, "mesh");
        var state = await MeshRun.UpAsync(new MeshRunOptions
        {
            Folder = mesh,
            KeepCards = false,
            StationsPerPool = stations,
            Pools = [(known.Pool, SimulatedProduct.For(known))],
        }, _ => { }, cancellationToken);
        try
        {
            progress($"RabbitMQ: {cards} cards");
            var overBroker = await OverBrokerAsync(known, cards, state, folder, cancellationToken);
            progress("RabbitMQ.Client alone");
            var raw = await RawBrokerRoundTrips.MeasureAsync(state.Broker!.AmqpPort, RawRoundTrips, cancellationToken);
            return new BenchFigures([embedded, overBroker], raw);
        }
        finally
        {
            await MeshRun.DownAsync(mesh);
        }
    }

    static async Task<MeshFigures> EmbeddedAsync(CardProfile profile, int cards, int stations, string folder, CancellationToken cancellationToken)
    {
        var options = new DemoOptions { Profile = profile.Reference, Cards = WarmUpCards, Stations = stations, Output = Path.Combine(folder, "embedded"), KeepCards = false, IsQuiet = true };
        await DemoRun.RunAsync(options, cancellationToken);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var outcome = await DemoRun.RunAsync(options with { Cards = cards }, cancellationToken);
        var used = Process.GetCurrentProcess().TotalProcessorTime - before;
        RequireAllGood(outcome.Status);
        return new MeshFigures("embedded", profile.Reference, cards, cards / outcome.Elapsed.TotalSeconds, used.TotalMilliseconds / cards, null, null);
    }

    static async Task<MeshFigures> OverBrokerAsync(CardProfile profile, int cards, MeshRunState mesh, string folder, CancellationToken cancellationToken)
    {
        using var client = new IngestClient(mesh.Ingest);
        await PersonalizeAsync(client, profile, "warm-up", WarmUpCards, seed: 90, folder, cancellationToken);
        var broker = PrivateBroker.Attach(mesh.Broker!);
        var processes = mesh.Services.Select(service => service.ProcessId).Append(broker.ProcessId).ToArray();
        var countersBefore = await SettledCountersAsync(broker, cancellationToken);
        var usedBefore = processes.Sum(process => DetachedProcess.ProcessorTime(process).TotalMilliseconds);
        var elapsed = await PersonalizeAsync(client, profile, "measured", cards, seed: 1, folder, cancellationToken);
        var used = processes.Sum(process => DetachedProcess.ProcessorTime(process).TotalMilliseconds) - usedBefore;
        var counters = await SettledCountersAsync(broker, cancellationToken);
        return new MeshFigures("rabbitmq", profile.Reference, cards, cards / elapsed.TotalSeconds, used / cards,
            (counters.Published - countersBefore.Published) / (double)cards, (counters.ReceivedBytes - countersBefore.ReceivedBytes) / 1024.0 / cards);
    }

    static async Task<TimeSpan> PersonalizeAsync(IngestClient client, CardProfile profile, string job, int cards, int seed, string folder, CancellationToken cancellationToken)
    {
        var file = SampleFile.Write(profile, cards, seed, Path.Combine(folder, $"{job}.{SampleFile.ExtensionFor(profile)}"));
        await using var records = File.OpenRead(file);
        var start = Stopwatch.GetTimestamp();
        var submission = client.SubmitAsync(job, profile.Reference, RecordFormat.Of(file, null), priority: 0, records, cancellationToken);
        var status = await JobWatch.QuietlyAsync(client, job, submission, cancellationToken);
        RequireAllGood(status);
        return Stopwatch.GetElapsedTime(start);
    }

    // The management plugin takes over the counts of a connection every five seconds.
    static async Task<BrokerCounters> SettledCountersAsync(PrivateBroker broker, CancellationToken cancellationToken)
    {
        var last = await broker.ReadCountersAsync(cancellationToken);
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(6), cancellationToken);
            var now = await broker.ReadCountersAsync(cancellationToken);
            if (now.Published == last.Published)
                return now;
            last = now;
        }
    }

    static void RequireAllGood(JobStatus status)
    {
        if (status.Good != status.Records)
            throw new UserErrorException($"Not every card is good ({status.Good} of {status.Records}): the figures would mean nothing.");
    }
}
