using System.Diagnostics;
using System.Text.Json;
using PersoMesh.Ingest.Jobs;
using Spectre.Console;

namespace PersoMesh.Perso.Jobs;

/// <summary>Follows a job until nothing more happens or its pool is stopped: a progress bar on a terminal, a line every few seconds elsewhere.</summary>
static class JobWatch
{
    static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    const int RetriesInOutage = 600;

    /// <summary>Follows a job.</summary>
    /// <param name="client">Where the job is.</param>
    /// <param name="job">Its name.</param>
    /// <param name="expected">Records that will come, when known.</param>
    /// <param name="submission">The submission under way, whose failure ends the watch; null when there is none.</param>
    /// <param name="cancellationToken">Stops watching, not the job.</param>
    public static async Task<JobStatus> FollowAsync(IngestClient client, string job, long? expected, Task? submission, CancellationToken cancellationToken) =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? await WithBarAsync(client, job, expected, submission, cancellationToken)
            : await WithLinesAsync(client, job, submission, cancellationToken);

    /// <summary>Follows a job without a word.</summary>
    public static Task<JobStatus> QuietlyAsync(IngestClient client, string job, Task submission, CancellationToken cancellationToken) =>
        PollAsync(client, job, submission, (_, _) => Task.CompletedTask, cancellationToken);

    /// <summary>One line of numbers.</summary>
    public static string Describe(JobStatus status, double cardsPerSecond) =>
        $"{status.Good} good, {status.Rejected} rejected, {status.Unresolved} unresolved, {status.Refused} refused, {status.Ready + status.Preparing} to do, {cardsPerSecond:0} cards/s";

    static Task<JobStatus> WithBarAsync(IngestClient client, string job, long? expected, Task? submission, CancellationToken cancellationToken) =>
        AnsiConsole.Progress().AutoRefresh(true).AutoClear(false).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("starting", maxValue: expected ?? 1);
                return await PollAsync(client, job, submission, async (status, rate) =>
                {
                    bar.MaxValue = Math.Max(1, Math.Max(expected ?? 0, status.Records));
                    bar.Value = status.Good + status.Rejected + status.Unresolved + status.Refused;
                    var stations = await client.StationsAsync(cancellationToken);
                    var readers = stations.SelectMany(station => station.Readers).ToArray();
                    var atWork = readers.Length == 0 ? "" : $"  [grey]{readers.Count(reader => reader.Activity == "personalizing")}/{readers.Length} readers at work[/]";
                    var bad = status.Rejected + status.Unresolved + status.Refused;
                    bar.Description = $"[green]{status.Good} good[/] {(bad > 0 ? $"[red]{bad} not[/] " : "")}{rate:0} cards/s{atWork}";
                }, cancellationToken);
            });

    static Task<JobStatus> WithLinesAsync(IngestClient client, string job, Task? submission, CancellationToken cancellationToken)
    {
        var last = Stopwatch.GetTimestamp();
        return PollAsync(client, job, submission, (status, rate) =>
        {
            if (Stopwatch.GetElapsedTime(last) >= LineInterval)
            {
                Console.WriteLine(Describe(status, rate));
                last = Stopwatch.GetTimestamp();
            }

            return Task.CompletedTask;
        }, cancellationToken);
    }

    static async Task<JobStatus> PollAsync(IngestClient client, string job, Task? submission, Func<JobStatus, double, Task> show, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (submission?.IsFaulted == true)
                await submission;
            var isSubmitted = submission?.IsCompleted ?? true;
            if (await TryFindAsync(client, job, cancellationToken) is { } status)
            {
                await show(status, status.Good / Stopwatch.GetElapsedTime(start).TotalSeconds);
                if (status.Stopped is not null || (isSubmitted && status.IsFinished))
                    return status;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    // Ingest may be started again meanwhile, which is no reason to stop watching.
    static async Task<JobStatus?> TryFindAsync(IngestClient client, string job, CancellationToken cancellationToken)
    {
        for (var waited = 0; ; waited++)
        {
            try
            {
                var status = await client.FindAsync(job, cancellationToken);
                if (waited > 0)
                    Console.Error.WriteLine("Ingest answers again.");
                return status;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException && waited < RetriesInOutage)
            {
                if (waited == 0)
                    Console.Error.WriteLine($"Ingest does not answer ({e.GetType().Name}); asking again for {RetriesInOutage * RetryInterval.TotalMinutes:0} minutes. The job goes on without it.");
                await Task.Delay(RetryInterval, cancellationToken);
            }
        }
    }
}
