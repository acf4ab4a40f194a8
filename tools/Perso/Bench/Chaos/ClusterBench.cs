using System.Diagnostics;
using PersoMesh.Perso.Mesh;
using PersoMesh.PrivateServers;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>What a run does.</summary>
/// <param name="Nodes">Nodes of the cluster.</param>
/// <param name="Phase">How long each phase is measured.</param>
/// <param name="Stations">Simulated stations.</param>
/// <param name="Folder">For the run; new.</param>
sealed record ClusterOptions(int Nodes, TimeSpan Phase, int Stations, string Folder);

/// <summary>Good cards a second in one phase, and the longest time without one.</summary>
sealed record ClusterPhase(string Name, double CardsPerSecond, double LongestPauseSeconds);

/// <summary>What came of it.</summary>
/// <param name="Killed">The node that was killed: the one that led most queues.</param>
/// <param name="QueuesLed">How many it led.</param>
/// <param name="Phases">Before, during and after.</param>
/// <param name="Records">Records submitted.</param>
/// <param name="Good">Good cards.</param>
/// <param name="CardsRead">Cards read back.</param>
/// <param name="Violations">Promises that were broken; each line begins with the promise.</param>
sealed record ClusterFigures(
    string Killed, int QueuesLed, IReadOnlyList<ClusterPhase> Phases, long Records, long Good, int CardsRead, IReadOnlyList<string> Violations);

/// <summary>Kills a node of a RabbitMQ cluster with quorum queues under load, and starts it again.</summary>
static class ClusterBench
{
    const string Profile = "emv-debit";
    const int Seed = 1;
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public static async Task<ClusterFigures> RunAsync(ClusterOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        RunFolder.Create(options.Folder);
        var mesh = new MeshRunOptions
        {
            Folder = Path.Combine(options.Folder, "mesh"),
            BrokerNodes = options.Nodes,
            StationsPerPool = options.Stations,
            Pools = [("emv", "emv-demo")],
        };
        var issuer = IssuerCards.Create(ProfileLibrary.Load(mesh.ProfileFolder).Get(Profile), Seed, options.Folder);
        var supervisor = new MeshSupervisor(mesh, await MeshRun.UpAsync(mesh, step => say($"{step} …"), cancellationToken));
        try
        {
            using var feed = new JobFeed(issuer, Profile, supervisor.State.Ingest, options.Folder);
            var measuring = MeasureAsync(options, feed, supervisor, say, cancellationToken);
            await feed.RunAsync(measuring, cancellationToken);
            var (killed, led, phases) = await measuring;
            say("waiting for the last card …");
            var rest = await feed.RestAsync(supervisor.ReviveAsync, cancellationToken);
            say("reading every card …");
            var check = new ChaosCheck(issuer, options.Folder, supervisor.State, feed.Jobs);
            await check.RunAsync(rest, cancellationToken);
            return new ClusterFigures(killed, led, phases, rest.Sum(job => job.Records), rest.Sum(job => job.Good), check.CardsRead, check.Violations);
        }
        finally
        {
            await MeshRun.DownAsync(mesh.Folder);
        }
    }

    static async Task<(string Killed, int QueuesLed, IReadOnlyList<ClusterPhase> Phases)> MeasureAsync(
        ClusterOptions options, JobFeed feed, MeshSupervisor supervisor, Action<string> say, CancellationToken cancellationToken)
    {
        var nodes = supervisor.State.Brokers.Select(PrivateBroker.Attach).ToArray();
        say("warming up …");
        await PhaseAsync("warm-up", WarmUp, feed, supervisor, cancellationToken);
        say($"all {nodes.Length} nodes …");
        var before = await PhaseAsync("before", options.Phase, feed, supervisor, cancellationToken);
        var led = await nodes[0].CountLeadersAsync(cancellationToken);
        var victim = nodes.MaxBy(node => led.GetValueOrDefault(node.Name))!;
        say($"killing {victim.Name}, which leads {led.GetValueOrDefault(victim.Name)} queues …");
        await victim.CrashAsync();
        var during = await PhaseAsync("one node dead", options.Phase, feed, supervisor, cancellationToken);
        say($"starting {victim.Name} again …");
        await PrivateBrokerCluster.RestartNodeAsync(victim, nodes, cancellationToken);
        var after = await PhaseAsync("after", options.Phase, feed, supervisor, cancellationToken);
        return (victim.Name, led.GetValueOrDefault(victim.Name), [before, during, after]);
    }

    static async Task<ClusterPhase> PhaseAsync(string name, TimeSpan length, JobFeed feed, MeshSupervisor supervisor, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var first = await feed.GoodAsync(cancellationToken) ?? 0;
        var (last, lastChange, longest) = (first, clock.Elapsed, TimeSpan.Zero);
        while (clock.Elapsed < length)
        {
            await Task.Delay(200, cancellationToken);
            await supervisor.ReviveAsync();
            var good = await feed.GoodAsync(cancellationToken) ?? last;
            var pause = clock.Elapsed - lastChange;
            longest = pause > longest ? pause : longest;
            if (good > last)
                (last, lastChange) = (good, clock.Elapsed);
        }

        return new ClusterPhase(name, (last - first) / clock.Elapsed.TotalSeconds, longest.TotalSeconds);
    }
}
