using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Sealing;

namespace PersoMesh.Ingest.Intake;

/// <summary>What an issuer asks for.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Profile">Profile name, optionally with a version.</param>
/// <param name="Format"><c>csv</c>, <c>jsonl</c>, <c>text</c>, or <c>prepared</c> for a file that an issuer prepared.</param>
/// <param name="Priority">Higher goes first.</param>
public sealed record Submission(string Job, string Profile, string Format, int Priority);

/// <summary>Reads a submission record by record, refuses the bad ones, and hands the good ones to the Translator in chunks.</summary>
sealed class SubmissionReader(
    IJobStore jobs, ProfileDescriptions profiles, PreparationCredit credit, PayloadSealer sealer, IBus bus, IOptions<IngestOptions> options,
    PreparedSubmissionReader prepared)
{
    readonly IngestOptions _options = options.Value;

    /// <summary>Reads to the end of the input, whatever single records are like.</summary>
    /// <param name="submission">What is asked for.</param>
    /// <param name="input">The records; stays the caller's.</param>
    /// <param name="cancellationToken">Stops reading; what was handed on stays handed on.</param>
    /// <exception cref="SubmissionRefusedException">The submission as a whole cannot be taken.</exception>
    public async Task<SubmissionSummary> ReadAsync(Submission submission, Stream input, CancellationToken cancellationToken)
    {
        if (submission.Format == PreparedSubmissionReader.Format)
            return await prepared.ReadAsync(submission, input, cancellationToken);
        var description = await profiles.DescribeAsync(submission.Profile, cancellationToken);
        var format = RecordFormats.Choose(description, submission.Format, _options.MaxRecordBytes);
        var job = await jobs.OpenAsync(submission.Job,
            () => new JobReference(Guid.CreateVersion7(), submission.Job, description.Profile, description.Pool, submission.Priority, description.MaxAttempts),
            cancellationToken);
        var check = new RecordCheck(description);
        var chunk = new TranslationChunk(job, credit, bus, _options);
        long records = 0, accepted = 0;
        await jobs.CountSubmissionAsync(job.JobId, +1, cancellationToken);
        try
        {
            await foreach (var record in RecordReader.ReadAsync(input, format, cancellationToken))
            {
                records++;
                var number = await jobs.NextRecordNumberAsync(job.JobId, cancellationToken);
                if (await AcceptAsync(job, check, record, number, cancellationToken) is not { } card)
                    continue;
                accepted++;
                await chunk.AddAsync(card, cancellationToken);
            }

            await chunk.SendAsync(cancellationToken);
        }
        finally
        {
            await jobs.CountSubmissionAsync(job.JobId, -1, CancellationToken.None);
        }

        return new SubmissionSummary(job.Name, records, accepted, records - accepted);
    }

    async ValueTask<CardObject?> AcceptAsync(JobReference job, RecordCheck check, ReadRecord record, long number, CancellationToken cancellationToken)
    {
        var refusal = check.Check(record, number, out var identifier, out var fields);
        if (refusal is null && await jobs.TryAcceptAsync(job.JobId, identifier, number, cancellationToken) is { } earlier)
            refusal = new Refusal(number, identifier, check.IdentifierField, $"the identifier was used before, in {earlier}: every card object needs its own");
        if (refusal is not null)
        {
            await jobs.RefuseAsync(job.JobId, [refusal], cancellationToken);
            return null;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(fields, ContractsJson.Default.DictionaryStringString);
        return new CardObject(identifier, number, sealer.Seal("card-object", identifier, json));
    }
}
