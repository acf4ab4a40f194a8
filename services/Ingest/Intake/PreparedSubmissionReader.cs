using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Ingest.Jobs;
using PersoMesh.PreparedJobs;
using PersoMesh.Sealing;

namespace PersoMesh.Ingest.Intake;

/// <summary>
/// Reads a file that an issuer prepared: first all of it, so that Security can verify its MAC before the first card, then record by record.
/// </summary>
sealed class PreparedSubmissionReader(
    IJobStore jobs, ProfileDescriptions profiles, PreparationCredit credit, PayloadSealer sealer, IBus bus, IServiceScopeFactory scopes,
    IOptions<IngestOptions> options)
{
    /// <summary>The format's name in a submission.</summary>
    public const string Format = "prepared";

    /// <summary>Reads to the end of the input.</summary>
    /// <exception cref="SubmissionRefusedException">The file as a whole cannot be taken.</exception>
    public async Task<SubmissionSummary> ReadAsync(Submission submission, Stream input, CancellationToken cancellationToken)
    {
        await using var spool = await SealedSpool.FillAsync(input, sealer, cancellationToken);
        try
        {
            var header = await VerifyAsync(spool, cancellationToken);
            if (submission.Profile.Length > 0 && submission.Profile != header.Profile && submission.Profile != header.Profile.Split('@')[0])
                throw new SubmissionRefusedException($"The file was prepared for profile {header.Profile}, not for {submission.Profile}.");
            var description = await profiles.DescribeAsync(header.Profile, cancellationToken);
            var job = await jobs.OpenAsync(submission.Job,
                () => new JobReference(Guid.CreateVersion7(), submission.Job, description.Profile, description.Pool, submission.Priority, description.MaxAttempts),
                cancellationToken);
            return await HandOnAsync(job, spool, cancellationToken);
        }
        catch (PreparedJobException e)
        {
            throw new SubmissionRefusedException($"The prepared file is refused: {e.Message}");
        }
    }

    async Task<PreparedHeader> VerifyAsync(SealedSpool spool, CancellationToken cancellationToken)
    {
        await using var file = spool.Read();
        var reader = new PreparedFileReader(file);
        var header = await reader.ReadHeaderAsync(cancellationToken);
        var places = 0L;
        await foreach (var _ in reader.ReadRecordsAsync(cancellationToken))
            places++;
        await using var scope = scopes.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IRequestClient<VerifyPreparedFile>>();
        try
        {
            var trailer = reader.Trailer!;
            var response = await client.GetResponse<PreparedFileVerified>(
                new VerifyPreparedFile(header.Encode(), trailer.Count, trailer.Mac.ToArray(), places),
                cancellationToken,
                RequestTimeout.After(ms: (int)options.Value.ProfileTimeout.TotalMilliseconds));
            return response.Message.Fault is { } fault ? throw new SubmissionRefusedException($"The prepared file is refused: {fault}") : header;
        }
        catch (RequestTimeoutException)
        {
            throw new SubmissionRefusedException(
                $"Security did not verify the file within {options.Value.ProfileTimeout.TotalSeconds:0} s: is it running, and its HSM there?");
        }
    }

    async Task<SubmissionSummary> HandOnAsync(JobReference job, SealedSpool spool, CancellationToken cancellationToken)
    {
        await using var file = spool.Read();
        var reader = new PreparedFileReader(file);
        var header = (await reader.ReadHeaderAsync(cancellationToken)).Encode();
        var chunk = new TranslationChunk(job, credit, bus, options.Value);
        long records = 0, accepted = 0;
        await jobs.CountSubmissionAsync(job.JobId, +1, cancellationToken);
        try
        {
            await foreach (var place in reader.ReadRecordsAsync(cancellationToken))
            {
                records++;
                var number = await jobs.NextRecordNumberAsync(job.JobId, cancellationToken);
                if (await AcceptAsync(job, header, place, number, cancellationToken) is not { } card)
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

    async ValueTask<CardObject?> AcceptAsync(JobReference job, byte[] header, PreparedPlace place, long number, CancellationToken cancellationToken)
    {
        var (record, refusal) = Read(place, number);
        if (refusal is null && await jobs.TryAcceptAsync(job.JobId, record!.CardObjectId, number, cancellationToken) is { } earlier)
            refusal = new Refusal(number, record.CardObjectId, null, $"the identifier was used before, in {earlier}: every card object needs its own");
        if (refusal is not null)
        {
            await jobs.RefuseAsync(job.JobId, [refusal], cancellationToken);
            return null;
        }

        var id = record!.CardObjectId;
        var reference = JsonSerializer.SerializeToUtf8Bytes(
            new PreparedRecordReference(header, place.Number, place.Modules!.Value.ToArray()), ContractsJson.Default.PreparedRecordReference);
        return new CardObject(
            id, number, sealer.Seal("card-object", id, record.OffChipData.Span), sealer.Seal("prepared-record", id, reference));
    }

    static (PreparedRecord? Record, Refusal? Refusal) Read(PreparedPlace place, long number)
    {
        if (place.Modules is not { } modules)
            return (null, new Refusal(number, null, null, $"place {place.Place} of the file: the frame of the record is damaged"));
        if (place.Number != place.Place)
        {
            return (null, new Refusal(
                number, null, null, $"place {place.Place} of the file holds record {place.Number}: records were swapped or repeated, or a number changed"));
        }

        try
        {
            var record = PreparedRecord.Decode(place.Number, modules);
            return RecordCheck.IsIdentifier(record.CardObjectId)
                ? (record, null)
                : (null, new Refusal(number, null, null, "the card object identifier is none: the record was changed after preparation"));
        }
        catch (PreparedJobException e)
        {
            return (null, new Refusal(number, null, e.Where, $"{e.Reason} The record was changed after preparation."));
        }
    }
}
