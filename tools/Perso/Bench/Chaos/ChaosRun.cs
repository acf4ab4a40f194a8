using System.Diagnostics;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Jobs;
using PersoMesh.Perso.Mesh;
using PersoMesh.PrivateServers;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>Runs a mesh, feeds it, disturbs it, lets it come to rest and checks what became of every card.</summary>
static class ChaosRun
{
    const string Profile = "emv-debit";
    const string Pool = "emv";
    static readonly TimeSpan RestTimeout = TimeSpan.FromMinutes(8);

    public static async Task<ChaosFigures> RunAsync(ChaosOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        if (Directory.Exists(options.Folder))
            throw new UserErrorException($"The folder {options.Folder} exists: a run needs a new one, name it with --out.");
        Directory.CreateDirectory(options.Folder);
        var mesh = MeshOptionsFor(options);
        var issuer = new IssuerCards(ProfileLibrary.Load(mesh.ProfileFolder).Get(Profile), options.Seed, options.Folder);
        var state = await MeshRun.UpAsync(mesh, step => say($"{step} …"), cancellationToken);
        try
        {
            var broker = PrivateBroker.Attach(state.Broker!);
            var database = PrivateDatabase.Attach(state.Database!);
            string[] queues = ["card-session", "controller", "ingest-outcomes", "translator", "security-preparation", "security-session",
                .. Enumerable.Range(1, options.Stations).Select(station => $"station-{Pool}-{station:00}")];
            await using var repeater = await MessageRepeater.OpenAsync(state.Broker!.AmqpPort, queues, cancellationToken);
            var disturber = new Disturber(mesh, state, broker, database, repeater, options.Seed, say);
            var jobs = await DisturbedAsync(options, state.Ingest, issuer, disturber, cancellationToken);
            say("waiting for the last card …");
            var rest = await RestAsync(state.Ingest, disturber, cancellationToken);
            say("reading every card …");
            var check = new ChaosCheck(issuer, options.Folder, state, jobs);
            await check.RunAsync(rest, cancellationToken);
            return new ChaosFigures
            {
                Seed = options.Seed,
                Minutes = options.Duration.TotalMinutes,
                Records = rest.Sum(job => job.Records),
                Good = rest.Sum(job => job.Good),
                Rejected = rest.Sum(job => job.Rejected),
                Unresolved = rest.Sum(job => job.Unresolved),
                Refused = rest.Sum(job => job.Refused),
                Spoiled = rest.Sum(job => job.SpoiledCards),
                CardsRead = check.CardsRead,
                Disturbances = disturber.Counts,
                Violations = check.Violations,
            };
        }
        finally
        {
            await MeshRun.DownAsync(mesh.Folder);
        }
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

        return new MeshRunOptions { Folder = Path.Combine(options.Folder, "mesh"), StationsPerPool = options.Stations, Pools = [(Pool, "emv-demo")], Settings = settings };
    }

    static async Task<List<string>> DisturbedAsync(ChaosOptions options, Uri ingest, IssuerCards issuer, Disturber disturber, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(options.Duration);
        var disturbing = disturber.RunAsync(stop.Token);
        List<string> jobs = [];
        using var client = new IngestClient(ingest);
        while (!disturbing.IsCompleted)
        {
            var name = $"chaos-{jobs.Count + 1:000}";
            if (issuer.NextJob(options.Folder, name) is not { } file)
                break;
            jobs.Add(name);
            await using var records = File.OpenRead(file);
            await client.SubmitAsync(name, Profile, "csv", priority: jobs.Count % 3, records, cancellationToken);
            // Some jobs ahead, so that there is always work, and not so many that the end takes long.
            while (!disturbing.IsCompleted && await UnfinishedAsync(client, cancellationToken) > 3)
                await Task.WhenAny(disturbing, Task.Delay(500, cancellationToken));
        }

        await disturbing;
        return jobs;
    }

    static async Task<int> UnfinishedAsync(IngestClient client, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ListAsync(cancellationToken)).Count(job => !job.IsFinished);
        }
        catch (HttpRequestException)
        {
            return int.MaxValue; // it was killed just now
        }
    }

    /// <summary>Waits until nothing more happens by itself; jobs that do not come to an end are left to the check.</summary>
    static async Task<IReadOnlyList<JobStatus>> RestAsync(Uri ingest, Disturber disturber, CancellationToken cancellationToken)
    {
        using var client = new IngestClient(ingest);
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(1000, cancellationToken))
        {
            await disturber.ReviveAsync();
            if (await UnfinishedAsync(client, cancellationToken) == 0 || waited.Elapsed > RestTimeout)
                return await client.ListAsync(cancellationToken);
        }
    }
}
