using Npgsql;
using NpgsqlTypes;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;

namespace PersoMesh.Controller.Dispatch;

/// <summary>An operator's orders, and the statements' plumbing.</summary>
sealed partial class PostgresCardDispatcher
{
    const string SaveJob = """
        INSERT INTO controller_job (job_id, name, profile, pool, priority, max_attempts) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (job_id) DO NOTHING
        """;

    public async ValueTask<IReadOnlyList<Guid>> ControlAsync(JobReference job, JobControl control, int version, CancellationToken cancellationToken)
    {
        await using (var batch = database.CreateBatch())
        {
            Append(batch, SaveJob, Job(job));
            Append(batch, """
                UPDATE controller_job SET control = $2, control_version = $3, priority = $4 WHERE job_id = $1 AND control_version < $3
                """, job.JobId, (short)control, version, job.Priority);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        return await ServeAsync(job.Pool, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<CardsWithdrawn>> FindCancelledAsync(int limit, CancellationToken cancellationToken)
    {
        const string Find = """
            SELECT j.job_id, array(SELECT card_object_id FROM controller_card c WHERE c.job_id = j.job_id AND state = 0 ORDER BY place LIMIT $1)
            FROM controller_job j WHERE has_ready AND control = 2
            """;
        var found = await ReadAsync(Find, row => new CardsWithdrawn(row.GetGuid(0), row.GetFieldValue<string[]>(1)), cancellationToken, limit);
        return [.. found.Where(job => job.CardObjectIds.Count > 0)];
    }

    public async ValueTask WithdrawAsync(CardsWithdrawn cards, CancellationToken cancellationToken) => await ExecuteAsync("""
        UPDATE controller_card SET state = 3 WHERE job_id = $1 AND card_object_id = ANY ($2) AND state = 0
            AND EXISTS (SELECT FROM controller_job WHERE job_id = $1 AND control = 2)
        """, cancellationToken, cards.JobId, cards.CardObjectIds.ToArray());

    public async ValueTask<RemadeCards> RemakeAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken)
    {
        const string Remake = """
            WITH card AS (UPDATE controller_card SET forgiven = attempt, was_remade = true
                WHERE job_id = $1 AND card_object_id = ANY ($2) AND state = 3
                    AND EXISTS (SELECT FROM controller_payload p WHERE p.card_id = controller_card.card_id) RETURNING card_id)
            SELECT controller_make_ready($1, (SELECT array_agg(card_id) FROM card)) WHERE EXISTS (SELECT FROM card)
            """;
        const string Find = """
            SELECT card_object_id, forgiven, (SELECT pool FROM controller_job WHERE job_id = $1)
            FROM controller_card WHERE job_id = $1 AND card_object_id = ANY ($2) AND state IN (0, 1) AND was_remade
            """;
        await ExecuteAsync(Remake, cancellationToken, jobId, cardObjectIds.ToArray());
        return await ServeRemadeAsync(await ReadAsync(Find, ReadRemade, cancellationToken, jobId, cardObjectIds.ToArray()), cancellationToken);
    }

    public async ValueTask<RemadeCards?> ResolveAsync(Guid jobId, string cardObjectId, bool isGood, CancellationToken cancellationToken)
    {
        // The claim becomes a good one, so that the database refuses a second good card for this card object.
        const string Good = """
            WITH card AS (UPDATE controller_card SET state = 2, forgiven = attempt, resolved_as = true
                    WHERE job_id = $1 AND card_object_id = $2 AND state = 4 RETURNING card_id, attempt),
                claim AS (UPDATE controller_claim l SET verdict = 0 FROM card WHERE l.card_id = card.card_id AND l.attempt = card.attempt)
            DELETE FROM controller_payload WHERE card_id IN (SELECT card_id FROM card)
            """;
        const string Destroyed = """
            WITH card AS (UPDATE controller_card c SET forgiven = attempt, was_remade = true, resolved_as = false,
                    state = CASE WHEN EXISTS (SELECT FROM controller_payload p WHERE p.card_id = c.card_id) THEN 4 ELSE 3 END
                WHERE job_id = $1 AND card_object_id = $2 AND state = 4 RETURNING card_id, state)
            SELECT controller_make_ready($1, ARRAY[card_id]) FROM card WHERE state = 4
            """;
        const string Find = """
            SELECT card_object_id, forgiven, (SELECT pool FROM controller_job WHERE job_id = $1)
            FROM controller_card WHERE job_id = $1 AND card_object_id = $2 AND resolved_as = $3
            """;
        await ExecuteAsync(isGood ? Good : Destroyed, cancellationToken, jobId, cardObjectId);
        var found = await ReadAsync(Find, ReadRemade, cancellationToken, jobId, cardObjectId, isGood);
        return found.Count == 0 ? null : await ServeRemadeAsync(found, cancellationToken);
    }

    public async ValueTask DestroyDataAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await keys.DestroyAsync(jobId, cancellationToken);
        await using var batch = database.CreateBatch();
        Append(batch, "UPDATE controller_job SET data_destroyed_at = now() WHERE job_id = $1 AND data_destroyed_at IS NULL", jobId);
        Append(batch, "UPDATE controller_card SET state = 3 WHERE job_id = $1 AND state = 0", jobId);
        Append(batch, "DELETE FROM controller_payload WHERE card_id IN (SELECT card_id FROM controller_card WHERE job_id = $1)", jobId);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Notes which jobs have no ready card left, so that sessions need not look there. Under a lock that who makes a card ready must take
    /// too: a job is never noted as empty that is not.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<int> CloseEmptyJobsAsync(CancellationToken cancellationToken)
    {
        const string Candidates = """
            SELECT job_id FROM controller_job j WHERE has_ready AND NOT EXISTS (SELECT FROM controller_card c WHERE c.job_id = j.job_id AND state = 0)
            """;
        var closed = 0;
        foreach (var jobId in await ReadAsync(Candidates, row => row.GetGuid(0), cancellationToken))
        {
            await using var batch = database.CreateBatch();
            Append(batch, "SELECT FROM controller_job WHERE job_id = $1 FOR UPDATE", jobId);
            Append(batch, """
                UPDATE controller_job SET has_ready = false
                WHERE job_id = $1 AND has_ready AND NOT EXISTS (SELECT FROM controller_card WHERE job_id = $1 AND state = 0)
                """, jobId);
            closed += Math.Max(0, await batch.ExecuteNonQueryAsync(cancellationToken));
        }

        return closed;
    }

    static (RemadeCard Card, string Pool) ReadRemade(NpgsqlDataReader row) => (new RemadeCard(row.GetString(0), row.GetInt32(1)), row.GetString(2));

    async Task<RemadeCards> ServeRemadeAsync(List<(RemadeCard Card, string Pool)> remade, CancellationToken cancellationToken) =>
        new([.. remade.Select(found => found.Card)], remade.Count == 0 ? [] : await ServeAsync(remade[0].Pool, cancellationToken));

    static object[] Job(JobReference job) => [job.JobId, job.Name, job.Profile, job.Pool, job.Priority, job.MaxAttempts];

    async Task ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<T> results = [];
        while (await rows.ReadAsync(cancellationToken))
            results.Add(read(rows));
        return results;
    }

    NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(Parameter(value));
        return command;
    }

    static void Append(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(Parameter(value));
        batch.BatchCommands.Add(command);
    }

    static NpgsqlParameter Parameter(object value) => value is byte[][] arrays
        ? new NpgsqlParameter<byte[][]> { TypedValue = arrays, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea }
        : new NpgsqlParameter { Value = value };
}
