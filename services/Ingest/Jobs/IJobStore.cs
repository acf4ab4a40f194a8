using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>The accounts of all jobs, and what of them is not handed on yet. Every verb may be repeated with the same result.</summary>
public interface IJobStore
{
    /// <summary>The job with this name, created when it is new.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="create">Makes it.</param>
    /// <param name="retentionDays">Days that card data of a new job are kept after its last verdict.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SubmissionRefusedException">The job exists with another profile, or its card data were destroyed.</exception>
    ValueTask<JobReference> OpenAsync(string name, Func<JobReference> create, int retentionDays, CancellationToken cancellationToken);

    /// <summary>Begins a submission, or goes on with one that was broken off.</summary>
    /// <returns>What was taken of it before.</returns>
    ValueTask<SubmissionProgress> BeginSubmissionAsync(Guid submissionId, Guid jobId, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the next records of a submission: numbers them, refuses identifiers that were used before, and keeps the accepted card
    /// objects until <see cref="HandedOnAsync"/>. All or nothing.
    /// </summary>
    /// <param name="submissionId">The submission.</param>
    /// <param name="job">Its job.</param>
    /// <param name="taken">Records of the submission that were taken before these.</param>
    /// <param name="records">The next records in their order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SubmissionBusyException">Somebody else goes on with the same submission.</exception>
    ValueTask<TakenRecords> TakeAsync(
        Guid submissionId, JobReference job, long taken, IReadOnlyList<IntakeRecord> records, CancellationToken cancellationToken);

    /// <summary>The submission is still being read.</summary>
    ValueTask KeepSubmissionAsync(Guid submissionId, CancellationToken cancellationToken);

    /// <summary>The submission was read to its end, or (with false) broken off.</summary>
    ValueTask EndSubmissionAsync(Guid submissionId, bool isComplete, CancellationToken cancellationToken);

    /// <summary>The Translator's queue has the chunk.</summary>
    ValueTask HandedOnAsync(Guid chunkId, CancellationToken cancellationToken);

    /// <summary>The oldest chunk that was taken long ago and not handed on, or null; it is kept from others for that time, and from the next call too.</summary>
    /// <exception cref="PersoMesh.Sealing.SealBrokenException">It was changed where it is stored. The next call has the next chunk.</exception>
    /// <exception cref="PersoMesh.DataKeys.DataKeyDestroyedException">Its job's data were destroyed. The next call has the next chunk.</exception>
    ValueTask<CardChunk?> TakeLeftBehindAsync(TimeSpan olderThan, CancellationToken cancellationToken);

    /// <summary>How many card objects of a job are under preparation.</summary>
    ValueTask<long> CountPreparingAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Refuses accepted card objects that could not be prepared.</summary>
    ValueTask RefuseAsync(Guid jobId, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken);

    /// <summary>Card objects are ready for a station.</summary>
    ValueTask MarkReadyAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken);

    /// <summary>A session of a card object ended.</summary>
    ValueTask FinishSessionAsync(SessionSummary session, Verdict verdict, string? reason, bool willRetry, CancellationToken cancellationToken);

    /// <summary>Ready card objects were taken back.</summary>
    ValueTask WithdrawAsync(CardsWithdrawn cards, CancellationToken cancellationToken);

    /// <summary>Card objects got further attempts.</summary>
    ValueTask RemakeAsync(CardsRemade cards, CancellationToken cancellationToken);

    /// <summary>An unresolved card object has an outcome.</summary>
    ValueTask ResolveAsync(CardResolved card, CancellationToken cancellationToken);

    /// <summary>A pool gets no more cards, or (without a reason) gets them again.</summary>
    ValueTask StopPoolAsync(string pool, string? reason, CancellationToken cancellationToken);

    /// <summary>Changes how a job is treated; null leaves a part as it is.</summary>
    /// <returns>The order for the Controller, or null when there is no such job.</returns>
    ValueTask<ControlJob?> ControlAsync(string name, JobControl? control, int? priority, CancellationToken cancellationToken);

    /// <summary>Jobs that came to their end as long ago as their profile's retention says, and whose card data are still there.</summary>
    ValueTask<IReadOnlyList<(Guid JobId, string Name)>> FindExpiredAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Destroys the card data of a job; its account stays.</summary>
    ValueTask DestroyDataAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>All jobs' numbers.</summary>
    ValueTask<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One job's numbers, or null.</summary>
    ValueTask<JobStatus?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>The line of an accepted card object, or null.</summary>
    ValueTask<(Guid JobId, CardReport Card)?> FindCardAsync(string cardObjectId, CancellationToken cancellationToken);

    /// <summary>One job's lines in the order of its records.</summary>
    IAsyncEnumerable<CardReport> ReportAsync(string name, CancellationToken cancellationToken);
}

/// <summary>How far a submission was read.</summary>
/// <param name="Records">Records that were taken.</param>
/// <param name="Accepted">How many of them were accepted.</param>
/// <param name="IsComplete">It was read to its end.</param>
public sealed record SubmissionProgress(long Records, long Accepted, bool IsComplete);

/// <summary>A record as it was read: a sealed card object, or why it is none.</summary>
/// <param name="CardObjectId">Its identifier; null when it has none.</param>
/// <param name="SealedFields">As in <see cref="CardObject"/>; null when it is refused.</param>
/// <param name="Field">The field at fault.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="SealedRecord">As in <see cref="CardObject"/>; null when the issuer did not prepare the card.</param>
public sealed record IntakeRecord(string? CardObjectId, byte[]? SealedFields, string? Field = null, string? Reason = null, byte[]? SealedRecord = null);

/// <summary>What became of records.</summary>
/// <param name="Chunk">What was accepted; null when nothing was.</param>
public sealed record TakenRecords(CardChunk? Chunk)
{
    public int Accepted => Chunk?.Cards.Cards.Count ?? 0;
}

/// <summary>Accepted card objects on their way to the Translator.</summary>
/// <param name="ChunkId">Also the message's identifier, however often it is sent.</param>
/// <param name="Cards">The message.</param>
public sealed record CardChunk(Guid ChunkId, TranslateCardObjects Cards);
