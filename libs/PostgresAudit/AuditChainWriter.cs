using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using PersoMesh.AuditLog;

namespace PersoMesh.PostgresAudit;

/// <summary>Signs seals of a log in a database; whoever implements it asks the HSM, perhaps in another process.</summary>
public interface IAuditSealer
{
    /// <summary>Signs <see cref="AuditSeal.Message"/>.</summary>
    /// <param name="number">The seal's number.</param>
    /// <param name="previous">Hash of the entry before it, 32 bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when nobody signs now: records go on being chained, and are sealed as soon as somebody does.</returns>
    Task<AuditSignature?> SignAsync(long number, ReadOnlyMemory<byte> previous, CancellationToken cancellationToken);
}

/// <summary>
/// Moves what was noted into the chain, every second, and has it sealed every <see cref="SealEveryRecords"/> records or
/// <see cref="SealEvery"/>. Every process with a database runs one; an advisory lock lets one of them write at a time. A record is in
/// <c>audit_event</c> or in the chain, never in both or neither, whenever a process or the database is killed.
/// </summary>
public sealed partial class AuditChainWriter(NpgsqlDataSource database, IAuditSealer sealer, TimeProvider time, ILogger<AuditChainWriter> logger) :
    BackgroundService
{
    /// <summary>A seal follows at the latest after about so many records.</summary>
    public const int SealEveryRecords = 5000;

    /// <summary>"AuditLog" in ASCII, as PersoMesh's advisory lock for the chain.</summary>
    const long Lock = 0x41756469744C6F67;

    const int AtOnce = 1000;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    long _sealed;

    /// <summary>A seal follows at the latest so long after a record, while the HSM is there.</summary>
    public static TimeSpan SealEvery { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Moves what was noted into the chain.</summary>
    /// <returns>How many records; 0 also when another process is at it.</returns>
    public async Task<int> ChainAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        while (await ChainPageAsync(cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            moved += count;
            if (count < AtOnce)
                break;
        }

        return moved;
    }

    /// <summary>Has the chain sealed, if it has records after its last seal.</summary>
    /// <returns>True when a seal was added.</returns>
    public async Task<bool> SealAsync(CancellationToken cancellationToken)
    {
        var end = await ReadEndAsync(database.CreateCommand(SelectEnd), cancellationToken).ConfigureAwait(false);
        // No transaction is open while the HSM works. If the chain grows meanwhile, the next time it is sealed further on.
        if (end.Unsealed == 0
            || await sealer.SignAsync(end.Chain.Number + 1, end.Chain.Hash, cancellationToken).ConfigureAwait(false) is not { } signature)
            return false;
        return await WriteAsync(async (connection, chain) =>
        {
            if (chain.Number != end.Chain.Number)
                return 0;
            var first = chain.Number + 1;
            await InsertAsync(connection, chain, first, unsealed: 0, [chain.Add(time.GetUtcNow(), AuditSeal.Create(first, signature))], cancellationToken)
                .ConfigureAwait(false);
            return 1;
        }, cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await ChainAsync(stoppingToken).ConfigureAwait(false);
                await SealWhenDueAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.GetType().Name);
            }
        }
    }

    const string SelectEnd = "SELECT last, hash, unsealed FROM audit_page ORDER BY first DESC LIMIT 1";

    async Task SealWhenDueAsync(CancellationToken cancellationToken)
    {
        var isDue = time.GetElapsedTime(_sealed) >= SealEvery;
        if (!isDue && (await ReadEndAsync(database.CreateCommand(SelectEnd), cancellationToken).ConfigureAwait(false)).Unsealed < SealEveryRecords)
            return;
        _sealed = time.GetTimestamp();
        await SealAsync(cancellationToken).ConfigureAwait(false);
    }

    Task<int> ChainPageAsync(CancellationToken cancellationToken) => WriteAsync(async (connection, chain) =>
    {
        var noted = await TakeAsync(connection, cancellationToken).ConfigureAwait(false);
        if (noted.Count == 0)
            return 0;
        var first = chain.Number + 1;
        List<byte[]> lines = new(noted.Count + 1);
        if (first == 1)
            lines.Add(chain.Add(time.GetUtcNow(), new AuditRecord("audit log", AuditLogFile.OpeningAction, Guid.NewGuid().ToString())));
        lines.AddRange(noted.Select(event_ => chain.Add(event_.At, event_.Record)));
        await InsertAsync(connection, chain, first, lines.Count, lines, cancellationToken).ConfigureAwait(false);
        return noted.Count;
    }, cancellationToken);

    async Task<int> WriteAsync(Func<NpgsqlConnection, AuditChain, Task<int>> write, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = transaction.ConfigureAwait(false);
        var take = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock($1)", connection);
        await using var ___ = take.ConfigureAwait(false);
        take.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Lock });
        if (await take.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
            return 0;
        var end = await ReadEndAsync(new NpgsqlCommand(SelectEnd, connection), cancellationToken).ConfigureAwait(false);
        var count = await write(connection, end.Chain).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    static async Task<(AuditChain Chain, long Unsealed)> ReadEndAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var _ = command.ConfigureAwait(false);
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = rows.ConfigureAwait(false);
        return await rows.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? (new AuditChain(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)), rows.GetInt64(2))
            : (AuditChain.Empty, 0);
    }

    static async Task<List<(DateTimeOffset At, AuditRecord Record)>> TakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Take = """
            WITH taken AS (DELETE FROM audit_event WHERE event_id IN (SELECT event_id FROM audit_event ORDER BY event_id LIMIT $1)
                RETURNING event_id, at, actor, action, subject, details)
            SELECT at, actor, action, subject, details FROM taken ORDER BY event_id
            """;
        var command = new NpgsqlCommand(Take, connection);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = AtOnce });
        var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = rows.ConfigureAwait(false);
        List<(DateTimeOffset, AuditRecord)> taken = [];
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            using var details = JsonDocument.Parse(rows.GetFieldValue<byte[]>(4));
            taken.Add((rows.GetFieldValue<DateTimeOffset>(0), new AuditRecord(rows.GetString(1), rows.GetString(2), rows.GetString(3))
            {
                Details = details.RootElement.EnumerateObject().ToDictionary(d => d.Name, d => d.Value.ToString(), StringComparer.Ordinal),
            }));
        }

        return taken;
    }

    static async Task InsertAsync(
        NpgsqlConnection connection, AuditChain chain, long first, long unsealed, List<byte[]> lines, CancellationToken cancellationToken)
    {
        const string Insert = """
            INSERT INTO audit_page (first, last, hash, unsealed, lines)
            VALUES ($1, $2, $3, CASE WHEN $4 = 0 THEN 0 ELSE $4 + coalesce((SELECT unsealed FROM audit_page ORDER BY first DESC LIMIT 1), 0) END, $5)
            """;
        var command = new NpgsqlCommand(Insert, connection);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = chain.Number });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = chain.Hash.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = unsealed });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Joined(lines), NpgsqlDbType = NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    static byte[] Joined(List<byte[]> lines)
    {
        var joined = new byte[lines.Sum(line => line.Length + 1)];
        var at = 0;
        foreach (var line in lines)
        {
            line.CopyTo(joined, at);
            at += line.Length + 1;
            joined[at - 1] = (byte)'\n';
        }

        return joined;
    }

    [LoggerMessage(EventId = 8201, Level = LogLevel.Warning, Message = "The audit log cannot be chained ({Cause}); trying again. Nothing is lost: records wait in the database.")]
    static partial void LogFailed(ILogger logger, string cause);
}
