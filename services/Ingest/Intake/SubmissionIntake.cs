using Microsoft.Extensions.Options;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Intake;

/// <summary>Takes a submission's records in chunks: stored first, then handed on to the Translator.</summary>
sealed class SubmissionIntake(IJobStore jobs, PreparationCredit credit, ChunkSender sender, IAuditTrail audit, IOptions<IngestOptions> options)
{
    readonly IngestOptions _options = options.Value;

    /// <summary>Takes all records, whatever single ones are like. What was taken of the submission before is passed over.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="job">Its job.</param>
    /// <param name="records">All its records, in the order of every attempt to submit them.</param>
    /// <param name="cancellationToken">Stops reading; what was taken stays taken.</param>
    /// <exception cref="SubmissionRefusedException">Somebody else goes on with the same submission.</exception>
    public async Task<SubmissionSummary> TakeAsync(
        Submission submission, JobReference job, IAsyncEnumerable<IntakeRecord> records, CancellationToken cancellationToken)
    {
        var submissionId = submission.Key;
        var progress = await jobs.BeginSubmissionAsync(submissionId, job.JobId, cancellationToken);
        var (count, accepted, isComplete) = (progress.Records, progress.Accepted, progress.IsComplete);
        try
        {
            if (!isComplete)
            {
                await NoteAsync(submission, "job.submit", job, new() { ["format"] = submission.Format, ["profile"] = job.Profile, ["priority"] = $"{submission.Priority}" }, cancellationToken);
                await foreach (var chunk in ChunksAsync(records, count))
                {
                    await credit.WaitAsync(job.JobId, () => jobs.KeepSubmissionAsync(submissionId, cancellationToken), cancellationToken);
                    var taken = await jobs.TakeAsync(submissionId, job, count, chunk, cancellationToken);
                    count += chunk.Count;
                    accepted += taken.Accepted;
                    if (taken.Chunk is { } cards)
                        await sender.SendAsync(cards, cancellationToken);
                }

                await NoteAsync(submission, "job.submitted", job, new() { ["records"] = $"{count}", ["accepted"] = $"{accepted}" }, cancellationToken);
                isComplete = true;
            }
        }
        finally
        {
            await jobs.EndSubmissionAsync(submissionId, isComplete, CancellationToken.None);
        }

        return new SubmissionSummary(job.Name, count, accepted, count - accepted);
    }

    ValueTask NoteAsync(Submission submission, string action, JobReference job, Dictionary<string, string> details, CancellationToken cancellationToken)
    {
        details.Add("submission", submission.Key.ToString());
        return audit.NoteAsync(new AuditRecord(submission.Actor, action, job.Name) { Details = details }, cancellationToken);
    }

    async IAsyncEnumerable<List<IntakeRecord>> ChunksAsync(IAsyncEnumerable<IntakeRecord> records, long skip)
    {
        List<IntakeRecord> chunk = [];
        var bytes = 0;
        await foreach (var record in records)
        {
            if (skip-- > 0)
                continue;
            chunk.Add(record);
            bytes += (record.SealedFields?.Length ?? 0) + (record.SealedRecord?.Length ?? 0);
            if (chunk.Count < _options.ChunkSize && bytes < _options.ChunkBytes)
                continue;
            yield return chunk;
            (chunk, bytes) = ([], 0);
        }

        if (chunk.Count > 0)
            yield return chunk;
    }
}
