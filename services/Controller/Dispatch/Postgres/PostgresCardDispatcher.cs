using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.DataKeys;

namespace PersoMesh.Controller.Dispatch;

/// <summary>
/// The dispatcher of a mesh with a database: any number of Controllers share it. What a session's step does here is committed without
/// waiting for the disk: nothing is sent before the session's own row is committed, and that commit takes everything before it along.
/// </summary>
sealed partial class PostgresCardDispatcher(
    NpgsqlDataSource database, DataKeyStore keys, IOptions<ControllerOptions> options, ILogger<PostgresCardDispatcher> logger) : ICardDispatcher
{
    const string Script = "script";
    const string Modules = "modules";
    const int FirstVersion = 1;
    const string DoNotWaitForDisk = "SELECT set_config('synchronous_commit', 'off', true)";

    public async ValueTask<IReadOnlyList<Guid>> AddAsync(JobReference job, IReadOnlyList<ReadyCard> cards, CancellationToken cancellationToken)
    {
        const string Add = """
            WITH input AS (SELECT * FROM unnest($2::text[], $3::bigint[], $4::bytea[], $5::smallint[], $6::bytea[], $7::bytea[], $8::bytea[])
                    WITH ORDINALITY AS i (card_object_id, record_number, security_domain, key_version, script, modules, opening, turn)),
                added AS (INSERT INTO controller_card (job_id, card_object_id, record_number)
                    SELECT $1, card_object_id, record_number FROM input ORDER BY turn ON CONFLICT DO NOTHING RETURNING card_id, card_object_id)
            INSERT INTO controller_payload (card_id, security_domain, key_version, script, modules, opening)
            SELECT card_id, security_domain, key_version, script, modules, opening FROM added JOIN input USING (card_object_id)
            """;
        var key = await keys.GetAsync(job.JobId, cancellationToken);
        await using (var batch = database.CreateBatch())
        {
            Append(batch, SaveJob, Job(job));
            Append(batch, "SELECT controller_expect_ready($1)", job.JobId);
            Append(batch, Add, job.JobId, cards.Select(card => card.CardObjectId).ToArray(), cards.Select(card => card.RecordNumber).ToArray(),
                cards.Select(card => card.Opening.SecurityDomain).ToArray(), cards.Select(card => (short)card.Opening.KeyVersion).ToArray(),
                cards.Select(card => key.Seal(Script, card.CardObjectId, FirstVersion, card.SealedScript)).ToArray(),
                cards.Select(card => key.Seal(Modules, card.CardObjectId, FirstVersion, card.SealedModules)).ToArray(),
                cards.Select(card => JsonSerializer.SerializeToUtf8Bytes(card.Opening, ContractsJson.Default.ChannelOpening)).ToArray());
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }

        return await ServeAsync(job.Pool, cancellationToken);
    }

    public async ValueTask<AssignedCard?> ClaimAsync(WaitingReader reader, CancellationToken cancellationToken)
    {
        var (card, isOver) = await TryClaimAsync(reader, cancellationToken);
        if (card is not null || isOver)
            return card;
        await ExecuteAsync("""
            INSERT INTO controller_waiting (place, session_id, pool) VALUES ($1, $2, $3)
            ON CONFLICT (place) DO UPDATE SET session_id = excluded.session_id, pool = excluded.pool
            """, cancellationToken, reader.Place, reader.SessionId, reader.Pool);
        // A card may have come between looking and waiting; who brought it did not see this session yet. So may the session's end.
        (card, isOver) = await TryClaimAsync(reader, cancellationToken);
        if (card is not null || isOver)
            await ExecuteAsync("DELETE FROM controller_waiting WHERE session_id = $1", cancellationToken, reader.SessionId);
        return card;
    }

    public async ValueTask<IReadOnlyList<Guid>> LeaveAsync(Guid sessionId, bool isOver, CancellationToken cancellationToken) =>
        await ReadAsync("SELECT controller_leave($1, $2)", row => row.IsDBNull(0) ? null : row.GetString(0), cancellationToken, sessionId, isOver) is [{ } pool]
            ? await ServeAsync(pool, cancellationToken)
            : [];

    public async ValueTask<ReleasedCard> ReleaseAsync(Guid sessionId, Verdict verdict, CancellationToken cancellationToken)
    {
        bool willRetry;
        string? pool;
        await using (var batch = database.CreateBatch())
        {
            Append(batch, DoNotWaitForDisk);
            Append(batch, "SELECT will_retry, pool FROM controller_release($1, $2)", sessionId, (short)verdict);
            await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
            await rows.NextResultAsync(cancellationToken);
            await rows.ReadAsync(cancellationToken);
            (willRetry, pool) = (rows.GetBoolean(0), rows.IsDBNull(1) ? null : rows.GetString(1));
        }

        return new ReleasedCard(willRetry, willRetry ? await ServeAsync(pool!, cancellationToken) : []);
    }

    public async ValueTask<bool> CountCryptogramAsync(Guid sessionId, string pool, bool wrong, CancellationToken cancellationToken)
    {
        if (!wrong)
        {
            // Nothing is written as long as nothing was wrong.
            return await ReadAsync("""
                WITH forgotten AS (UPDATE controller_pool SET wrong_cryptograms = 0 WHERE pool = $1 AND wrong_cryptograms > 0)
                SELECT coalesce((SELECT is_stopped FROM controller_pool WHERE pool = $1), false)
                """, row => row.GetBoolean(0), cancellationToken, pool) is [true];
        }

        const string Count = """
            WITH counted AS (UPDATE controller_claim SET is_wrong_cryptogram = true WHERE session_id = $1 AND NOT is_wrong_cryptogram RETURNING 1)
            INSERT INTO controller_pool AS p (pool, wrong_cryptograms, is_stopped) SELECT $2, count(*), count(*) >= $3 FROM counted
            ON CONFLICT (pool) DO UPDATE SET wrong_cryptograms = p.wrong_cryptograms + excluded.wrong_cryptograms,
                is_stopped = p.is_stopped OR p.wrong_cryptograms + excluded.wrong_cryptograms >= $3
            RETURNING is_stopped, wrong_cryptograms
            """;
        var (isStopped, count) = (await ReadAsync(Count, row => (row.GetBoolean(0), row.GetInt32(1)), cancellationToken,
            sessionId, pool, options.Value.WrongCryptogramBudget))[0];
        if (isStopped)
            LogPoolStopped(logger, pool, count);
        return isStopped;
    }

    public async ValueTask<IReadOnlyList<Guid>> ResumePoolAsync(string pool, CancellationToken cancellationToken)
    {
        await ExecuteAsync("UPDATE controller_pool SET is_stopped = false, wrong_cryptograms = 0 WHERE pool = $1", cancellationToken, pool);
        return await ServeAsync(pool, cancellationToken);
    }

    async ValueTask<(AssignedCard? Card, bool IsOver)> TryClaimAsync(WaitingReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ClaimOnceAsync(reader, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // Another process gave this session a card at the same moment: the next look finds it.
            }
        }
    }

    async ValueTask<(AssignedCard? Card, bool IsOver)> ClaimOnceAsync(WaitingReader reader, CancellationToken cancellationToken)
    {
        var (stored, version, isOver) = await ReadClaimAsync(reader, cancellationToken);
        // The reader is closed by now: the key may come from the database too.
        return (stored is null ? null : stored with { Card = Open(stored.Card, version, await keys.GetAsync(stored.Job.JobId, cancellationToken)) }, isOver);
    }

    async ValueTask<(AssignedCard? Stored, int Version, bool IsOver)> ReadClaimAsync(WaitingReader reader, CancellationToken cancellationToken)
    {
        const string Find = """
            SELECT l.verdict IS NOT NULL, j.job_id, j.name, j.profile, j.pool, j.priority, j.max_attempts, c.card_object_id, c.record_number,
                p.security_domain, p.key_version, p.script, p.modules, l.attempt, l.waited, p.version, p.opening
            FROM controller_claim l LEFT JOIN controller_card c USING (card_id) LEFT JOIN controller_job j USING (job_id)
                LEFT JOIN controller_payload p USING (card_id)
            WHERE l.session_id = $1
            """;
        await using var batch = database.CreateBatch();
        Append(batch, DoNotWaitForDisk);
        Append(batch, "SELECT controller_claim_next($1, $2) WHERE NOT EXISTS (SELECT FROM controller_claim WHERE session_id = $1)",
            reader.SessionId, reader.Pool);
        Append(batch, Find, reader.SessionId);
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        if (!await rows.ReadAsync(cancellationToken))
            return (null, 0, IsOver: false);
        if (rows.GetBoolean(0))
            return (null, 0, IsOver: true);
        var job = new JobReference(rows.GetGuid(1), rows.GetString(2), rows.GetString(3), rows.GetString(4), rows.GetInt32(5), rows.GetInt32(6));
        var opening = rows.IsDBNull(16) ? new ChannelOpening(rows.GetFieldValue<byte[]>(9), (byte)rows.GetInt16(10))
            : JsonSerializer.Deserialize(rows.GetFieldValue<byte[]>(16), ContractsJson.Default.ChannelOpening)!;
        var stored = new ReadyCard(rows.GetString(7), rows.GetInt64(8), opening, rows.GetFieldValue<byte[]>(11), rows.GetFieldValue<byte[]>(12));
        return (new AssignedCard(job, stored, rows.GetInt32(13), rows.GetTimeSpan(14)), rows.GetInt32(15), IsOver: false);
    }

    static ReadyCard Open(ReadyCard stored, int version, DataKey key) => stored with
    {
        SealedScript = key.Open(Script, stored.CardObjectId, version, stored.SealedScript),
        SealedModules = key.Open(Modules, stored.CardObjectId, version, stored.SealedModules),
    };

    async Task<IReadOnlyList<Guid>> ServeAsync(string pool, CancellationToken cancellationToken)
    {
        List<Guid> woken = [];
        while (true)
        {
            try
            {
                if (await ReadAsync("SELECT controller_serve($1)", row => row.IsDBNull(0) ? (Guid?)null : row.GetGuid(0), cancellationToken, pool)
                    is not [{ } sessionId])
                    return woken;
                woken.Add(sessionId);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // The session took a card itself at the same moment.
            }
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "Pool {Pool} is stopped: {Count} cards in a row had a wrong cryptogram. The cards' keys are not those of the profile; nothing was counted by the cards.")]
    static partial void LogPoolStopped(ILogger logger, string pool, int count);
}
