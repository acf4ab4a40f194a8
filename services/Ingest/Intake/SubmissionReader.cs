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
/// <param name="Format"><c>csv</c>, <c>jsonl</c>, <c>text</c>, or <c>prepared</c> for a file that an issuer prepared.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Actor">Who submits, for the audit log.</param>
public sealed record Submission(Guid Key, string Job, string Profile, string Format, int Priority, string Actor);

/// <summary>Reads a submission record by record and refuses the bad ones.</summary>
sealed class SubmissionReader(
    IJobStore jobs, ProfileDescriptions profiles, SubmissionIntake intake, PayloadSealer sealer, IOptions<IngestOptions> options,
    PreparedSubmissionReader prepared)
{
    /// <summary>Reads to the end of the input, whatever single records are like. What was taken of it before is passed over.</summary>
    /// <param name="submission">What is asked for.</param>
    /// <param name="input">The records; stays the caller's.</param>
    /// <param name="cancellationToken">Stops reading; what was handed on stays handed on.</param>
    /// <exception cref="SubmissionRefusedException">The submission as a whole cannot be taken.</exception>
    /// <exception cref="SubmissionBusyException">It is being read already.</exception>
    public async Task<SubmissionSummary> ReadAsync(Submission submission, Stream input, CancellationToken cancellationToken)
    {
        if (submission.Format == PreparedSubmissionReader.Format)
            return await prepared.ReadAsync(submission, input, cancellationToken);
        var description = await profiles.DescribeAsync(submission.Profile, cancellationToken);
        var format = RecordFormats.Choose(description, submission.Format, options.Value.MaxRecordBytes);
        var job = await jobs.OpenAsync(submission.Job,
            () => new JobReference(Guid.CreateVersion7(), submission.Job, description.Profile, description.Pool, submission.Priority, description.MaxAttempts),
            description.RetentionDays, cancellationToken);
        var check = new RecordCheck(description);
        var records = RecordReader.ReadAsync(input, format, cancellationToken).Select(record => Seal(check, record));
        return await intake.TakeAsync(submission, job, records, cancellationToken);
    }

    IntakeRecord Seal(RecordCheck check, ReadRecord record)
    {
        if (check.Check(record, out var identifier, out var fields) is { } refusal)
            return refusal;
        var json = JsonSerializer.SerializeToUtf8Bytes(fields, ContractsJson.Default.DictionaryStringString);
        return new IntakeRecord(identifier, sealer.Seal("card-object", identifier, json), Field: check.IdentifierField);
    }
}
