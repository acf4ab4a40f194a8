using System.Collections.Concurrent;
using Npgsql;
using PersoMesh.Postgres;

namespace PersoMesh.DataKeys;

/// <summary>
/// The data keys of one service's jobs: wrapped in a table of the service, open in memory for a minute. Thread-safe; replicas share the table.
/// </summary>
/// <param name="database">The database; <see cref="Migrations"/> were applied to it.</param>
/// <param name="table">Name of the table, a plain SQL name.</param>
/// <param name="wrapper">Makes and opens keys.</param>
/// <param name="time">The clock.</param>
public sealed class DataKeyStore(NpgsqlDataSource database, string table, IDataKeyWrapper wrapper, TimeProvider time) : IDisposable
{
    /// <summary>How long another replica may still use a key that this one destroyed.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<Guid, OpenKey> _open = [];
    readonly SemaphoreSlim _opening = new(1);

    /// <summary>The table's steps.</summary>
    /// <param name="owner">Whose keys these are.</param>
    /// <param name="table">Name of the table, a plain SQL name.</param>
    public static MigrationSet Migrations(string owner, string table) => new($"{owner} data keys", new Migration(1, "one wrapped key for each job", $"""
        CREATE TABLE {table} (
            job_id uuid PRIMARY KEY,
            wrapped bytea,
            made_at timestamptz NOT NULL DEFAULT now(),
            destroyed_at timestamptz,
            CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
        );
        """));

    /// <summary>A job's key; made when it has none.</summary>
    /// <returns>The key; stays the store's.</returns>
    /// <exception cref="DataKeyDestroyedException">It was destroyed.</exception>
    public async ValueTask<DataKey> GetAsync(Guid jobId, CancellationToken cancellationToken)
    {
        if (Known(jobId) is { } known)
            return known;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return Known(jobId) ?? await OpenAsync(jobId, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Destroys a job's key, for good; again does nothing.</summary>
    public async Task DestroyAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand($"""
            INSERT INTO {table} AS k (job_id, destroyed_at) VALUES ($1, now())
            ON CONFLICT (job_id) DO UPDATE SET wrapped = NULL, destroyed_at = coalesce(k.destroyed_at, now())
            """);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        if (_open.TryRemove(jobId, out var open))
            open.Key.Dispose();
    }

    /// <summary>Zeroes the open keys.</summary>
    public void Dispose()
    {
        _opening.Dispose();
        foreach (var (_, open) in _open)
            open.Key.Dispose();
    }

    DataKey? Known(Guid jobId) => _open.TryGetValue(jobId, out var open) && time.GetElapsedTime(open.Since) < Lifetime ? open.Key : null;

    async Task<DataKey> OpenAsync(Guid jobId, CancellationToken cancellationToken)
    {
        if (await FindAsync(jobId, cancellationToken).ConfigureAwait(false) is not { } wrapped)
        {
            var (made, key) = await wrapper.MakeAsync(jobId, cancellationToken).ConfigureAwait(false);
            key.Dispose();
            await InsertAsync(jobId, made, cancellationToken).ConfigureAwait(false);
            // Another replica may have been quicker; the table's is the job's.
            wrapped = await FindAsync(jobId, cancellationToken).ConfigureAwait(false) ?? made;
        }

        // The same again while the table has not changed: no work for the HSM.
        if (_open.TryGetValue(jobId, out var before) && before.Wrapped.AsSpan().SequenceEqual(wrapped))
        {
            _open[jobId] = before with { Since = time.GetTimestamp() };
            return before.Key;
        }

        var opened = await wrapper.OpenAsync(jobId, wrapped, cancellationToken).ConfigureAwait(false);
        _open[jobId] = new OpenKey(opened, wrapped, time.GetTimestamp());
        return opened;
    }

    async Task<byte[]?> FindAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand($"SELECT wrapped FROM {table} WHERE job_id = $1");
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = rows.ConfigureAwait(false);
        if (!await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            return null;
        return rows.IsDBNull(0) ? throw Destroyed(jobId) : rows.GetFieldValue<byte[]>(0);
    }

    DataKeyDestroyedException Destroyed(Guid jobId)
    {
        if (_open.TryRemove(jobId, out var open))
            open.Key.Dispose();
        return new DataKeyDestroyedException(jobId);
    }

    async Task InsertAsync(Guid jobId, byte[] wrapped, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand($"INSERT INTO {table} (job_id, wrapped) VALUES ($1, $2) ON CONFLICT (job_id) DO NOTHING");
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = jobId });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = wrapped });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    sealed record OpenKey(DataKey Key, byte[] Wrapped, long Since);
}
