using System.Text.Json;
using Npgsql;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Preparation;
using PersoMesh.DataKeys;

namespace PersoMesh.Ingest.Jobs;

/// <summary>What comes in.</summary>
sealed partial class PostgresJobStore
{
    const string CardObjectPurpose = "card-object";
    const string RecordPurpose = "prepared-record";
    const int FirstVersion = 1;

    public async ValueTask<SubmissionProgress> BeginSubmissionAsync(Guid submissionId, Guid jobId, CancellationToken cancellationToken)
    {
        const string Begin = $"""
            INSERT INTO ingest_submission AS s (submission_id, job_id, read_until) VALUES ($1, $2, now() + '{ReadingLease}')
            ON CONFLICT (submission_id) DO UPDATE SET read_until = CASE WHEN s.is_complete THEN NULL ELSE now() + '{ReadingLease}' END
            RETURNING records, accepted, is_complete
            """;
        return (await ReadAsync(Begin, row => new SubmissionProgress(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2)), cancellationToken,
            submissionId, jobId))[0];
    }

    public async ValueTask KeepSubmissionAsync(Guid submissionId, CancellationToken cancellationToken) => await ExecuteAsync(
        $"UPDATE ingest_submission SET read_until = now() + '{ReadingLease}' WHERE submission_id = $1 AND NOT is_complete", cancellationToken, submissionId);

    public async ValueTask EndSubmissionAsync(Guid submissionId, bool isComplete, CancellationToken cancellationToken) => await ExecuteAsync(
        "UPDATE ingest_submission SET is_complete = is_complete OR $2, read_until = NULL WHERE submission_id = $1", cancellationToken, submissionId, isComplete);

    public async ValueTask<TakenRecords> TakeAsync(
        Guid submissionId, JobReference job, long taken, IReadOnlyList<IntakeRecord> records, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(job.JobId, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var last = await NumberAsync(connection, submissionId, job, taken, records.Count, cancellationToken);
        var first = last - records.Count + 1;
        var isAccepted = await AcceptAsync(connection, job.JobId, first, records, cancellationToken);
        CardObject[] accepted = [.. Enumerable.Range(0, records.Count).Where(i => isAccepted.Contains(first + i))
            .Select(i => new CardObject(records[i].CardObjectId!, first + i, records[i].SealedFields!, records[i].SealedRecord))];
        if (accepted.Length < records.Count)
            await RefuseOthersAsync(connection, job, first, records, isAccepted, cancellationToken);
        var chunk = accepted.Length == 0 ? null : new CardChunk(Guid.CreateVersion7(), new TranslateCardObjects { Job = job, Cards = accepted });
        await using (var finish = new NpgsqlBatch(connection))
        {
            Append(finish, "UPDATE ingest_submission SET accepted = accepted + $2 WHERE submission_id = $1", submissionId, (long)accepted.Length);
            if (chunk is not null)
            {
                Append(finish, "INSERT INTO ingest_chunk (chunk_id, message) VALUES ($1, $2)",
                    chunk.ChunkId, JsonSerializer.SerializeToUtf8Bytes(Seal(chunk.Cards, key), ContractsJson.Default.TranslateCardObjects));
            }

            await finish.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new TakenRecords(chunk);
    }

    // Losing this note in a crash of the database sends a chunk once more, which changes nothing.
    public async ValueTask HandedOnAsync(Guid chunkId, CancellationToken cancellationToken)
    {
        await using var batch = database.CreateBatch();
        Append(batch, "SELECT set_config('synchronous_commit', 'off', true)");
        Append(batch, "DELETE FROM ingest_chunk WHERE chunk_id = $1", chunkId);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask<CardChunk?> TakeLeftBehindAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        const string Find = """
            UPDATE ingest_chunk SET due_at = now()
            WHERE chunk_id IN (SELECT chunk_id FROM ingest_chunk WHERE due_at <= now() - $1 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING chunk_id, message
            """;
        var stored = await ReadAsync(Find, row => new CardChunk(row.GetGuid(0),
            JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(1), ContractsJson.Default.TranslateCardObjects)!), cancellationToken, olderThan);
        return stored is [var chunk] ? chunk with { Cards = Open(chunk.Cards, await keys.GetAsync(chunk.Cards.Job.JobId, cancellationToken)) } : null;
    }

    static TranslateCardObjects Seal(TranslateCardObjects chunk, DataKey key) => chunk with
    {
        Cards = [.. chunk.Cards.Select(card => card with
        {
            SealedFields = key.Seal(CardObjectPurpose, card.CardObjectId, FirstVersion, card.SealedFields),
            SealedRecord = card.SealedRecord is { } record ? key.Seal(RecordPurpose, card.CardObjectId, FirstVersion, record) : null,
        })],
    };

    static TranslateCardObjects Open(TranslateCardObjects chunk, DataKey key) => chunk with
    {
        Cards = [.. chunk.Cards.Select(card => card with
        {
            SealedFields = key.Open(CardObjectPurpose, card.CardObjectId, FirstVersion, card.SealedFields),
            SealedRecord = card.SealedRecord is { } record ? key.Open(RecordPurpose, card.CardObjectId, FirstVersion, record) : null,
        })],
    };

    static async Task<long> NumberAsync(
        NpgsqlConnection connection, Guid submissionId, JobReference job, long taken, int count, CancellationToken cancellationToken)
    {
        const string Advance = $"""
            WITH submission AS (UPDATE ingest_submission SET records = records + $4, read_until = now() + '{ReadingLease}'
                WHERE submission_id = $1 AND records = $3 AND NOT is_complete RETURNING 1)
            UPDATE ingest_job SET records = records + $4 WHERE job_id = $2 AND EXISTS (SELECT FROM submission) RETURNING records
            """;
        await using var command = new NpgsqlCommand(Advance, connection);
        Add(command.Parameters, [submissionId, job.JobId, taken, (long)count]);
        return await command.ExecuteScalarAsync(cancellationToken) as long? ?? throw new SubmissionBusyException(job.Name);
    }

    static async Task<HashSet<long>> AcceptAsync(
        NpgsqlConnection connection, Guid jobId, long first, IReadOnlyList<IntakeRecord> records, CancellationToken cancellationToken)
    {
        const string Accept = """
            INSERT INTO ingest_card (job_id, record_number, card_object_id, is_accepted, state)
            SELECT $1, record_number, card_object_id, true, 0 FROM unnest($2::bigint[], $3::text[]) i (record_number, card_object_id)
            ON CONFLICT (card_object_id) WHERE is_accepted DO NOTHING RETURNING record_number
            """;
        var candidates = Enumerable.Range(0, records.Count).Where(i => records[i].SealedFields is not null).ToArray();
        await using var command = new NpgsqlCommand(Accept, connection);
        Add(command.Parameters, [jobId, candidates.Select(i => first + i).ToArray(), candidates.Select(i => records[i].CardObjectId).ToArray()]);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        HashSet<long> accepted = [];
        while (await rows.ReadAsync(cancellationToken))
            accepted.Add(rows.GetInt64(0));
        return accepted;
    }

    static async Task RefuseOthersAsync(
        NpgsqlConnection connection, JobReference job, long first, IReadOnlyList<IntakeRecord> records, HashSet<long> isAccepted,
        CancellationToken cancellationToken)
    {
        const string Earlier = """
            SELECT card_object_id, record_number, (SELECT name FROM ingest_job j WHERE j.job_id = c.job_id)
            FROM ingest_card c WHERE card_object_id = ANY ($1) AND is_accepted
            """;
        const string Refuse = """
            INSERT INTO ingest_card (job_id, record_number, card_object_id, is_accepted, state, field, reason)
            SELECT $1, record_number, card_object_id, false, 5, field, reason
            FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) i (record_number, card_object_id, field, reason)
            """;
        var refused = Enumerable.Range(0, records.Count).Where(i => !isAccepted.Contains(first + i)).ToArray();
        Dictionary<string, string> usedBefore = new(StringComparer.Ordinal);
        await using (var earlier = new NpgsqlCommand(Earlier, connection))
        {
            Add(earlier.Parameters, [refused.Where(i => records[i].SealedFields is not null).Select(i => records[i].CardObjectId).ToArray()]);
            await using var rows = await earlier.ExecuteReaderAsync(cancellationToken);
            while (await rows.ReadAsync(cancellationToken))
                usedBefore[rows.GetString(0)] = CardReport.UsedBefore(rows.GetInt64(1), rows.GetString(2) == job.Name ? null : rows.GetString(2));
        }

        await using var refuse = new NpgsqlCommand(Refuse, connection);
        Add(refuse.Parameters,
        [
            job.JobId, refused.Select(i => first + i).ToArray(), refused.Select(i => records[i].CardObjectId).ToArray(),
            refused.Select(i => records[i].Field).ToArray(),
            refused.Select(i => records[i].Reason ?? usedBefore.GetValueOrDefault(records[i].CardObjectId!, "the identifier was used before")).ToArray(),
        ]);
        await refuse.ExecuteNonQueryAsync(cancellationToken);
    }

    static void Append(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(command.Parameters, values);
        batch.BatchCommands.Add(command);
    }
}
