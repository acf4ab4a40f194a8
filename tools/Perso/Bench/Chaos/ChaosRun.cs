using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Mesh;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>Runs a mesh, feeds it, disturbs it, lets it come to rest and checks what became of every card.</summary>
static class ChaosRun
{
    const string Profile = "emv-debit";
    const string Pool = "emv";

    public static async Task<ChaosFigures> RunAsync(ChaosOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        RunFolder.Create(options.Folder);
        var mesh = MeshOptionsFor(options);
        var issuer = IssuerCards.Create(ProfileLibrary.Load(mesh.ProfileFolder).Get(Profile), options.Seed, options.Folder);
        var state = await MeshRun.UpAsync(mesh, step => say($"{step} …"), cancellationToken);
        try
        {
            string[] queues = [.. Disturber.Queues.Values, "controller", "security-preparation",
                .. Enumerable.Range(1, options.Stations).Select(station => $"station-{Pool}-{station:00}")];
            await using var repeater = await MessageRepeater.OpenAsync(state.Broker!.AmqpPort, queues, cancellationToken);
            var disturber = new Disturber(new MeshSupervisor(mesh, state), repeater, options.Seed, say);
            using var feed = new JobFeed(issuer, Profile, state.Ingest, options.Folder);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stop.CancelAfter(options.Duration);
            await feed.RunAsync(disturber.RunAsync(stop.Token), cancellationToken);
            say("waiting for the last card …");
            var rest = await feed.RestAsync(disturber.ReviveAsync, cancellationToken);
            return await CheckAsync(new ChaosCheck(issuer, options.Folder, state, feed.Jobs), options, rest, disturber.Counts, say, cancellationToken);
        }
        finally
        {
            await MeshRun.DownAsync(mesh.Folder);
        }
    }

    /// <summary>Starts the servers of a run that was, on the data that it left, and checks all of it again, without a disturbance.</summary>
    public static async Task<ChaosFigures> CheckAgainAsync(ChaosOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        var mesh = MeshOptionsFor(options);
        string[] jobs = [.. JobFeed.Find(options.Folder)];
        var issuer = IssuerCards.Read(options.Folder, jobs);
        var state = await MeshRun.UpAsync(mesh, step => say($"{step} …"), cancellationToken);
        try
        {
            using var client = new IngestClient(state.Ingest);
            var statuses = await client.ListAsync(cancellationToken);
            return await CheckAsync(new ChaosCheck(issuer, options.Folder, state, jobs), options, statuses, new Dictionary<string, int>(), say, cancellationToken);
        }
        finally
        {
            await MeshRun.DownAsync(mesh.Folder);
        }
    }

    static async Task<ChaosFigures> CheckAsync(
        ChaosCheck check, ChaosOptions options, IReadOnlyList<JobStatus> jobs, IReadOnlyDictionary<string, int> disturbances, Action<string> say,
        CancellationToken cancellationToken)
    {
        say("reading every card …");
        await check.RunAsync(jobs, cancellationToken);
        return new ChaosFigures
        {
            Seed = options.Seed,
            Minutes = options.Duration.TotalMinutes,
            Records = jobs.Sum(job => job.Records),
            Good = jobs.Sum(job => job.Good),
            Rejected = jobs.Sum(job => job.Rejected),
            Unresolved = jobs.Sum(job => job.Unresolved),
            Refused = jobs.Sum(job => job.Refused),
            Spoiled = jobs.Sum(job => job.SpoiledCards),
            CardsRead = check.CardsRead,
            Disturbances = disturbances,
            Violations = check.Violations,
        };
    }

    // Short deadlines: a killed station's sessions must end within the run.
    static MeshRunOptions MeshOptionsFor(ChaosOptions options)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["Controller__WaitingTimeout"] = "00:00:30",
            ["Controller__OpeningTimeout"] = "00:00:20",
            ["Controller__PrefetchTimeout"] = "00:00:20",
            ["Controller__SecurityTimeout"] = "00:01:00",
            ["Controller__ProgrammingTimeout"] = "00:00:30",
            ["Controller__CompletionTimeout"] = "00:00:30",
            ["StationGateway__ReminderInterval"] = "00:00:05",
        };
        for (var station = 0; station < options.Stations; station++)
        {
            settings[$"StationGateway__Stations__{station}__Faults__PullOutEvery"] = "29";
            settings[$"StationGateway__Stations__{station}__Faults__PullOutAfterApdus"] = $"{5 + station}";
        }

        return new MeshRunOptions
        {
            Folder = Path.Combine(options.Folder, "mesh"),
            StationsPerPool = options.Stations,
            Pools = [(Pool, "emv-demo")],
            ApduDelayMilliseconds = options.ApduDelayMilliseconds,
            Settings = settings,
        };
    }
}
