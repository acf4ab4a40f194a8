using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>The accounts of all jobs. Every verb may be repeated with the same result.</summary>
public interface IJobStore
{
    /// <summary>The job with this name, created when it is new.</summary>
    /// <exception cref="SubmissionRefusedException">The job exists with another profile.</exception>
    ValueTask<JobReference> OpenAsync(string name, Func<JobReference> create, CancellationToken cancellationToken);

    /// <summary>A submission to the job begins (+1) or ends (-1).</summary>
    ValueTask CountSubmissionAsync(Guid jobId, int change, CancellationToken cancellationToken);

    /// <summary>Numbers the next record of a job, from 1.</summary>
    ValueTask<long> NextRecordNumberAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Accepts a card object under its identifier, once in all jobs.</summary>
    /// <returns>Null when accepted; otherwise where the identifier was seen before.</returns>
    ValueTask<string?> TryAcceptAsync(Guid jobId, string cardObjectId, long recordNumber, CancellationToken cancellationToken);

    /// <summary>Refuses records; an accepted card object may still be refused in preparation.</summary>
    ValueTask RefuseAsync(Guid jobId, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken);

    /// <summary>Card objects are ready for a station.</summary>
    ValueTask MarkReadyAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken);

    /// <summary>A session of a card object ended.</summary>
    ValueTask FinishSessionAsync(SessionSummary session, Verdict verdict, string? reason, bool willRetry, CancellationToken cancellationToken);

    /// <summary>A pool gets no more cards.</summary>
    ValueTask StopPoolAsync(string pool, string reason, CancellationToken cancellationToken);

    /// <summary>All jobs' numbers.</summary>
    ValueTask<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One job's numbers, or null.</summary>
    ValueTask<JobStatus?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>One job's lines in the order of its records.</summary>
    IAsyncEnumerable<CardReport> ReportAsync(string name, CancellationToken cancellationToken);
}
