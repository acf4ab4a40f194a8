using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Hosting;
using PersoMesh.Ingest.Jobs;
using PersoMesh.PreparedJobs;
using PersoMesh.Sealing;

namespace PersoMesh.Ingest.Intake;

/// <summary>
/// Reads a file that an issuer prepared: first all of it, so that Security can verify its MAC before the first card, then record by record.
/// </summary>
sealed class PreparedSubmissionReader(
    IJobStore jobs, ProfileDescriptions profiles, SubmissionIntake intake, PayloadSealer sealer, IServiceScopeFactory scopes,
    IOptions<IngestOptions> options)
{
    /// <summary>The format's name in a submission.</summary>
    public const string Format = "prepared";

    /// <summary>Reads to the end of the input.</summary>
    /// <exception cref="SubmissionRefusedException">The file as a whole cannot be taken.</exception>
    public async Task<SubmissionSummary> ReadAsync(Submission submission, Stream input, CancellationToken cancellationToken)
    {
        await using var spool = await SealedSpool.FillAsync(input, cancellationToken);
        try
        {
            var (header, dataKeys) = await VerifyAsync(spool, cancellationToken);
            if (submission.Profile.Length > 0 && submission.Profile != header.Profile && submission.Profile != header.Profile.Split('@')[0])
                throw new SubmissionRefusedException($"The file was prepared for profile {header.Profile}, not for {submission.Profile}.");
            if (header.Incomplete.ToArray() is { Length: > 0 } incomplete)
                throw new SubmissionRefusedException(Incomplete(header, incomplete));
            var description = await profiles.DescribeAsync(header.Profile, cancellationToken);
            var job = await jobs.OpenAsync(submission.Job,
                () => new JobReference(Guid.CreateVersion7(), submission.Job, description.Profile, description.Pool, submission.Priority, description.MaxAttempts),
                description.RetentionDays, cancellationToken);
            return await intake.TakeAsync(submission, job, RecordsAsync(spool, dataKeys, cancellationToken), cancellationToken);
        }
        catch (PreparedJobException e)
        {
            throw new SubmissionRefusedException($"The prepared file is refused: {e.Message}");
        }
    }

    async Task<(PreparedHeader Header, byte[] DataKeys)> VerifyAsync(SealedSpool spool, CancellationToken cancellationToken)
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
            return response.Message is { Fault: null, SealedDataKeys: { } keys }
                ? (header, sealer.Open("prepared-data-keys", Convert.ToHexString(header.FileId.Span), keys))
                : throw new SubmissionRefusedException($"The prepared file is refused: {response.Message.Fault}");
        }
        catch (RequestTimeoutException e)
        {
            throw new ServiceAwayException(
                $"Security did not verify the file within {options.Value.ProfileTimeout.TotalSeconds:0} s: is it running, and its HSM there?", e);
        }
    }

    async IAsyncEnumerable<IntakeRecord> RecordsAsync(SealedSpool spool, byte[] dataKeys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = spool.Read();
        var reader = new PreparedFileReader(file);
        var header = await reader.ReadHeaderAsync(cancellationToken);
        using var cipher = new CardholderCipher(dataKeys.AsSpan(0, CardholderCipher.KeyLength), header.FileId.Span);
        try
        {
            await foreach (var place in reader.ReadRecordsAsync(cancellationToken))
                yield return Read(header, dataKeys, cipher, place);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKeys);
        }
    }

    IntakeRecord Read(PreparedHeader header, byte[] dataKeys, CardholderCipher cipher, PreparedPlace place)
    {
        if (place.Modules is not { } modules)
            return Refused(null, $"place {place.Place} of the file: the frame of the record is damaged");
        if (place.Number != place.Place)
            return Refused(null, $"place {place.Place} of the file holds record {place.Number}: records were swapped or repeated, or a number changed");
        try
        {
            var record = PreparedRecord.Decode(header, place.Number, modules);
            var id = record.CardObjectId;
            if (!RecordCheck.IsIdentifier(id))
                return Refused(null, "the card object identifier is none: the record was changed after preparation");
            var reference = JsonSerializer.SerializeToUtf8Bytes(
                new PreparedRecordReference(header.Encode(), place.Number, modules.ToArray(), dataKeys), ContractsJson.Default.PreparedRecordReference);
            var fields = cipher.DecipherOffChipData(id, record.OffChipData.Span);
            var taken = new IntakeRecord(id, sealer.Seal("card-object", id, fields), SealedRecord: sealer.Seal("prepared-record", id, reference));
            CryptographicOperations.ZeroMemory(fields);
            CryptographicOperations.ZeroMemory(reference);
            return taken;
        }
        catch (PreparedJobException e)
        {
            return Refused(e.Where, $"{e.Reason} The record was changed after preparation.");
        }
    }

    static string Incomplete(PreparedHeader header, IEnumerable<ApplicationProgress> applications) =>
        "The prepared file is refused: it is not complete. "
        + string.Join(' ', applications.Select(application => $"Application {application.Name} is prepared in {application.Records} of {header.Count} records."))
        + $" Have the issuer add what is missing: perso prepare --add-to FILE CARDS {string.Join(' ', applications.Select(application => $"--application {application.Name}"))}";

    static IntakeRecord Refused(string? where, string reason) => new(null, null, where, reason);
}
