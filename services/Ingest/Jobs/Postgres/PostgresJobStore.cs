using System.Runtime.CompilerServices;
using Npgsql;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.DataKeys;

namespace PersoMesh.Ingest.Jobs;

/// <summary>The job accounts of a mesh with a database: any number of Ingests share them.</summary>
sealed partial class PostgresJobStore(NpgsqlDataSource database, DataKeyStore keys) : IJobStore, IDisposable
{
    /// <summary>A submission that nobody has said to read for so long was broken off with its process.</summary>
    const string ReadingLease = "30 s";

    const string Columns = """
        record_number, card_object_id, state, serial, station, reader, started, duration_ms, apdus, attempts, field, reason
        """;

    const string Status = $"""
        SELECT j.job_id, name, profile, records, refused, preparing, ready, good, rejected, unresolved, spoiled,
            EXISTS (SELECT FROM ingest_submission s WHERE s.job_id = j.job_id AND NOT is_complete AND read_until > now()),
            (SELECT stopped FROM ingest_pool p WHERE p.pool = j.pool), cancelled, pool, priority, control,
            CASE WHEN data_destroyed_at IS NULL AND records > 0 AND preparing = 0 AND ready = 0 THEN changed_at + retention_days * interval '1 day' END,
            data_destroyed_at
        FROM ingest_job j
        """;

    public async ValueTask<JobReference> OpenAsync(string name, Func<JobReference> create, int retentionDays, CancellationToken cancellationToken)
    {
        var wanted = create();
        await ExecuteAsync("""
            INSERT INTO ingest_job (job_id, name, profile, pool, priority, max_attempts, retention_days) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (name) DO NOTHING
            """, cancellationToken, wanted.JobId, wanted.Name, wanted.Profile, wanted.Pool, wanted.Priority, wanted.MaxAttempts, retentionDays);
        var (job, isDestroyed) = (await ReadAsync(
            "SELECT job_id, name, profile, pool, priority, max_attempts, data_destroyed_at IS NOT NULL FROM ingest_job WHERE name = $1",
            row => (ReadJob(row), row.GetBoolean(6)), cancellationToken, name))[0];
        if (isDestroyed)
            throw SubmissionRefusedException.DataDestroyed(name);
        return job.Profile == wanted.Profile ? job : throw SubmissionRefusedException.OtherProfile(job, wanted);
    }

    public async ValueTask<long> CountPreparingAsync(Guid jobId, CancellationToken cancellationToken) =>
        (await ReadAsync("SELECT preparing FROM ingest_job WHERE job_id = $1", row => row.GetInt64(0), cancellationToken, jobId))[0];

    public async ValueTask StopPoolAsync(string pool, string? reason, CancellationToken cancellationToken) => await ExecuteAsync("""
        INSERT INTO ingest_pool (pool, stopped) VALUES ($1, $2) ON CONFLICT (pool) DO UPDATE SET stopped = excluded.stopped
        """, cancellationToken, pool, (object?)reason ?? DBNull.Value);

    public async ValueTask<ControlJob?> ControlAsync(string name, JobControl? control, int? priority, CancellationToken cancellationToken)
    {
        const string Control = """
            UPDATE ingest_job SET control = coalesce($2, control), priority = coalesce($3, priority), control_version = control_version + 1
            WHERE name = $1 RETURNING job_id, name, profile, pool, priority, max_attempts, control, control_version
            """;
        var found = await ReadAsync(Control, row => new ControlJob(ReadJob(row), (JobControl)row.GetInt16(6), row.GetInt32(7)), cancellationToken,
            name, control is { } c ? (short)c : TypedNull.Small, priority is { } p ? p : TypedNull.Integer);
        return found.FirstOrDefault();
    }

    public async ValueTask<IReadOnlyList<(Guid JobId, string Name)>> FindExpiredAsync(int limit, CancellationToken cancellationToken) => await ReadAsync("""
        SELECT job_id, name FROM ingest_job j
        WHERE data_destroyed_at IS NULL AND records > 0 AND preparing = 0 AND ready = 0 AND changed_at + retention_days * interval '1 day' <= now()
            AND NOT EXISTS (SELECT FROM ingest_submission s WHERE s.job_id = j.job_id AND NOT is_complete AND read_until > now())
        LIMIT $1
        """, row => (row.GetGuid(0), row.GetString(1)), cancellationToken, limit);

    public async ValueTask DestroyDataAsync(Guid jobId, CancellationToken cancellationToken)
    {
        await keys.DestroyAsync(jobId, cancellationToken);
        await ExecuteAsync("UPDATE ingest_job SET data_destroyed_at = now() WHERE job_id = $1 AND data_destroyed_at IS NULL", cancellationToken, jobId);
    }

    public async ValueTask<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken) =>
        await ReadAsync(Status + " ORDER BY created_at", ReadStatus, cancellationToken);

    public async ValueTask<JobStatus?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await ReadAsync(Status + " WHERE name = $1", ReadStatus, cancellationToken, name)).FirstOrDefault();

    public async ValueTask<(Guid JobId, CardReport Card)?> FindCardAsync(string cardObjectId, CancellationToken cancellationToken)
    {
        var found = await ReadAsync($"SELECT {Columns}, job_id FROM ingest_card WHERE card_object_id = $1 AND is_accepted",
            row => (row.GetGuid(12), ReadCard(row)), cancellationToken, cardObjectId);
        return found.Count == 0 ? null : found[0];
    }

    public async IAsyncEnumerable<CardReport> ReportAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // By pages: a reader that is slow keeps neither a connection nor an old snapshot.
        const int Page = 1000;
        const string Next = $"""
            SELECT {Columns} FROM ingest_card WHERE job_id = (SELECT job_id FROM ingest_job WHERE name = $1) AND record_number > $2
            ORDER BY record_number LIMIT $3
            """;
        for (long last = 0; ;)
        {
            var lines = await ReadAsync(Next, ReadCard, cancellationToken, name, last, Page);
            foreach (var line in lines)
                yield return line;
            if (lines.Count < Page)
                yield break;
            last = lines[^1].RecordNumber;
        }
    }

    public void Dispose() => _writing.Dispose();

    static JobReference ReadJob(NpgsqlDataReader row) =>
        new(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetInt32(5));

    static JobStatus ReadStatus(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7),
        row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetBoolean(11), Text(row, 12))
    {
        Cancelled = row.GetInt64(13),
        Pool = row.GetString(14),
        Priority = row.GetInt32(15),
        Control = (JobControl)row.GetInt16(16),
        DataUntil = row.IsDBNull(17) ? null : row.GetFieldValue<DateTimeOffset>(17),
        DataDestroyed = row.IsDBNull(18) ? null : row.GetFieldValue<DateTimeOffset>(18),
    };

    static CardReport ReadCard(NpgsqlDataReader row) => new()
    {
        RecordNumber = row.GetInt64(0),
        CardObjectId = Text(row, 1),
        State = (CardState)row.GetInt16(2),
        CardSerial = Text(row, 3),
        Station = Text(row, 4),
        Reader = Text(row, 5),
        Started = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        DurationMilliseconds = row.IsDBNull(7) ? null : row.GetDouble(7),
        ApduCount = row.GetInt32(8),
        Attempts = row.GetInt32(9),
        Field = Text(row, 10),
        Reason = Text(row, 11),
    };

    static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        Add(command.Parameters, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        Add(command.Parameters, values);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        List<T> results = [];
        while (await rows.ReadAsync(cancellationToken))
            results.Add(read(rows));
        return results;
    }

    static void Add(NpgsqlParameterCollection parameters, object[] values)
    {
        foreach (var value in values)
            parameters.Add(TypedNull.Parameter(value));
    }
}
