using System.Text.Json;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Sealing;

namespace PersoMesh.Ingest.Intake;

/// <summary>What an issuer asks for.</summary>
/// <param name="Key">Names this submission: the same records under the same key are taken once, however often they are sent.</param>
/// <param name="Job">Name of the job.</param>
/// <param name="Profile">Profile name, optionally with a version.</param>
/// <param name="Format"><c>csv</c>, <c>jsonl</c> or <c>text</c>.</param>
/// <param name="Priority">Higher goes first.</param>
public sealed record Submission(Guid Key, string Job, string Profile, string Format, int Priority);

/// <summary>Reads a submission record by record, refuses the bad ones, and hands the good ones to the Translator in chunks.</summary>
sealed class SubmissionReader(
    IJobStore jobs, ProfileDescriptions profiles, PreparationCredit credit, ChunkSender sender, PayloadSealer sealer, IOptions<IngestOptions> options)
{
    readonly IngestOptions _options = options.Value;

    /// <summary>Reads to the end of the input, whatever single records are like. What was taken of it before is passed over.</summary>
    /// <param name="submission">What is asked for.</param>
    /// <param name="input">The records; stays the caller's.</param>
    /// <param name="cancellationToken">Stops reading; what was handed on stays handed on.</param>
    /// <exception cref="SubmissionRefusedException">The submission as a whole cannot be taken.</exception>
    /// <exception cref="SubmissionBusyException">It is being read already.</exception>
    public async Task<SubmissionSummary> ReadAsync(Submission submission, Stream input, CancellationToken cancellationToken)
    {
        var description = await profiles.DescribeAsync(submission.Profile, cancellationToken);
        var format = RecordFormats.Choose(description, submission.Format, _options.MaxRecordBytes);
        var job = await jobs.OpenAsync(submission.Job,
            () => new JobReference(Guid.CreateVersion7(), submission.Job, description.Profile, description.Pool, submission.Priority, description.MaxAttempts),
            cancellationToken);
        var progress = await jobs.BeginSubmissionAsync(submission.Key, job.JobId, cancellationToken);
        var (records, accepted, isComplete) = (progress.Records, progress.Accepted, progress.IsComplete);
        try
        {
            if (!isComplete)
            {
                var check = new RecordCheck(description);
                await foreach (var chunk in ChunksAsync(RecordReader.ReadAsync(input, format, cancellationToken), check, records))
                {
                    await credit.WaitAsync(job.JobId, () => jobs.KeepSubmissionAsync(submission.Key, cancellationToken), cancellationToken);
                    var taken = await jobs.TakeAsync(submission.Key, job, records, chunk, cancellationToken);
                    records += chunk.Count;
                    accepted += taken.Accepted;
                    if (taken.Chunk is { } cards)
                        await sender.SendAsync(cards, cancellationToken);
                }

                isComplete = true;
            }
        }
        finally
        {
            await jobs.EndSubmissionAsync(submission.Key, isComplete, CancellationToken.None);
        }

        return new SubmissionSummary(job.Name, records, accepted, records - accepted);
    }

    async IAsyncEnumerable<List<IntakeRecord>> ChunksAsync(IAsyncEnumerable<ReadRecord> records, RecordCheck check, long skip)
    {
        List<IntakeRecord> chunk = [];
        var bytes = 0;
        await foreach (var record in records)
        {
            if (skip-- > 0)
                continue;
            var taken = Seal(check, record);
            chunk.Add(taken);
            bytes += taken.SealedFields?.Length ?? 0;
            if (chunk.Count < _options.ChunkSize && bytes < _options.ChunkBytes)
                continue;
            yield return chunk;
            (chunk, bytes) = ([], 0);
        }

        if (chunk.Count > 0)
            yield return chunk;
    }

    IntakeRecord Seal(RecordCheck check, ReadRecord record)
    {
        if (check.Check(record, out var identifier, out var fields) is { } refusal)
            return refusal;
        var json = JsonSerializer.SerializeToUtf8Bytes(fields, ContractsJson.Default.DictionaryStringString);
        return new IntakeRecord(identifier, sealer.Seal("card-object", identifier, json), Field: check.IdentifierField);
    }
}
