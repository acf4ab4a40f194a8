using Microsoft.Extensions.Options;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Intake;

/// <summary>
/// How many more card objects of a job may go into preparation: reading an issuer's file waits when the rest of the mesh is behind,
/// so that memory does not grow with the file. What is under preparation is what the job's account says: a restart, or a message that
/// comes twice, changes nothing.
/// </summary>
sealed class PreparationCredit(IJobStore jobs, IOptions<IngestOptions> options, TimeProvider time)
{
    // Another Ingest may be told of the cards that this one waits for.
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    TaskCompletionSource _returned = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until a chunk of the job may go into preparation.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="waiting">Called while it waits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WaitAsync(Guid jobId, Func<ValueTask> waiting, CancellationToken cancellationToken)
    {
        while (true)
        {
            var returned = Volatile.Read(ref _returned).Task;
            if (await jobs.CountPreparingAsync(jobId, cancellationToken) < options.Value.MaxUnderPreparation)
                return;
            await waiting();
            await Task.WhenAny(returned, Task.Delay(Interval, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Card objects came out of preparation.</summary>
    public void Return() =>
        Interlocked.Exchange(ref _returned, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
