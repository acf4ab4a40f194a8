using System.Diagnostics;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>Submits an issuer's jobs to a mesh: some ahead, so that there is always work, and not so many that the end takes long.</summary>
sealed class JobFeed(IssuerCards issuer, string profile, Uri ingest, string folder) : IDisposable
{
    const int JobsAhead = 3;
    static readonly TimeSpan RestTimeout = TimeSpan.FromMinutes(8);

    readonly IngestClient _client = new(ingest);
    readonly List<string> _jobs = [];

    /// <summary>Names of the jobs submitted.</summary>
    public IReadOnlyList<string> Jobs => _jobs;

    /// <summary>Names of the jobs that a run submitted, by the files that it left.</summary>
    public static IEnumerable<string> Find(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "chaos-*.csv").Where(file => !file.EndsWith(".return.csv", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)
        : [];

    /// <summary>Submits jobs until a task is completed or the issuer has no more cards.</summary>
    public async Task RunAsync(Task until, CancellationToken cancellationToken)
    {
        while (!until.IsCompleted)
        {
            var name = $"chaos-{_jobs.Count + 1:000}";
            if (issuer.NextJob(folder, name) is not { } file)
                break;
            _jobs.Add(name);
            await using var records = File.OpenRead(file);
            await _client.SubmitAsync(name, profile, "csv", priority: _jobs.Count % 3, records, cancellationToken);
            while (!until.IsCompleted && await UnfinishedAsync(cancellationToken) > JobsAhead)
                await Task.WhenAny(until, Task.Delay(500, cancellationToken));
        }

        await until;
    }

    /// <summary>Good cards so far; null while Ingest does not answer.</summary>
    public async Task<long?> GoodAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.ListAsync(cancellationToken)).Sum(job => job.Good);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Waits until nothing more happens by itself; jobs that do not come to an end are left to the check.</summary>
    public async Task<IReadOnlyList<JobStatus>> RestAsync(Func<Task> revive, CancellationToken cancellationToken)
    {
        for (var waited = Stopwatch.StartNew(); ; await Task.Delay(1000, cancellationToken))
        {
            await revive();
            if (await UnfinishedAsync(cancellationToken) == 0 || waited.Elapsed > RestTimeout)
                return await _client.ListAsync(cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    async Task<int> UnfinishedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _client.ListAsync(cancellationToken)).Count(job => !job.IsFinished);
        }
        catch (HttpRequestException)
        {
            return int.MaxValue; // it was killed just now
        }
    }
}
