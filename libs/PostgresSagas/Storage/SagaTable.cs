using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MassTransit;
using Npgsql;
using NpgsqlTypes;
using PersoMesh.PostgresSagas.Answers;

namespace PersoMesh.PostgresSagas.Storage;

/// <summary>The table of one kind of saga: reads and writes rows, knows nothing of messages under way.</summary>
sealed class SagaTable<TSaga>(NpgsqlDataSource dataSource, SagaTableSql sql, JsonTypeInfo<TSaga> serializer)
    where TSaga : class, ISaga
{
    /// <summary>A place where several statements can become one transaction.</summary>
    public SagaSession OpenSession() => new(dataSource);

    /// <exception cref="SagaException">The stored state cannot be read by this program.</exception>
    public async Task<SagaRow<TSaga>?> LoadAsync(SagaSession session, Guid sagaId, bool forUpdate, CancellationToken cancellationToken)
    {
        var command = session.CreateCommand(forUpdate ? sql.LoadAndLock : sql.Load);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = sagaId });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            return null;
        try
        {
            return new SagaRow<TSaga>
            {
                Saga = ReadState(reader.GetFieldValue<byte[]>(1)),
                Version = reader.GetInt32(0),
                Consumed = reader.GetFieldValue<Guid[]>(2),
                Unsent = reader.GetFieldValue<Guid[]>(3),
                Answers = AnswerCodec.Decode(reader.GetFieldValue<byte[]>(4)),
                IsFinished = reader.GetBoolean(5),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or NotSupportedException)
        {
            throw new SagaException("The stored saga cannot be read: was it written by a later release?", typeof(TSaga), sagaId, e);
        }
    }

    /// <returns>False when another message was quicker: nothing was written.</returns>
    public async Task<bool> WriteAsync(
        SagaSession session, SagaChange<TSaga> change, TimeSpan resendAfter, CancellationToken cancellationToken)
    {
        var isNew = change.ExpectedVersion == 0;
        var command = session.CreateCommand(isNew ? sql.Insert : sql.Update);
        await using var _ = command.ConfigureAwait(false);
        var state = JsonSerializer.SerializeToUtf8Bytes(change.Saga, serializer);
        var deadline = change.IsFinished ? null : (change.Saga as ISagaDeadline)?.Deadline;
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = change.Saga.CorrelationId });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = state, NpgsqlDbType = NpgsqlDbType.Json });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = change.Consumed });
        command.Parameters.Add(Nullable(change.Unsent, NpgsqlDbType.Uuid));
        command.Parameters.Add(Nullable(change.Answers, NpgsqlDbType.Bytea));
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = resendAfter });
        command.Parameters.Add(Nullable(deadline?.UtcDateTime, NpgsqlDbType.TimestampTz));
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = change.IsFinished });
        if (!isNew)
        {
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = change.ExpectedVersion });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = change.Delivered });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>
    /// Notes that answers reached the transport. Not worth waiting for the disk: if the note is lost in a crash, the same messages go
    /// out once more.
    /// </summary>
    public async Task ClearDeliveredAsync(Guid[] sagaIds, Guid[] keys, CancellationToken cancellationToken)
    {
        var session = OpenSession();
        await using var _ = session.ConfigureAwait(false);
        await session.BeginAsync(cancellationToken).ConfigureAwait(false);
        var relax = session.CreateCommand("SET LOCAL synchronous_commit TO off");
        await using var __ = relax.ConfigureAwait(false);
        await relax.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var clear = session.CreateCommand(sql.ClearDelivered);
        await using var ___ = clear.ConfigureAwait(false);
        clear.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = sagaIds });
        clear.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = keys });
        await clear.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<UnsentAnswers>> ClaimUnsentAsync(TimeSpan resendAfter, int limit, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand(sql.ClaimUnsent);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = resendAfter });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var claimed = new List<UnsentAnswers>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (keys, answers) = (reader.GetFieldValue<Guid[]>(1), reader.GetFieldValue<byte[]>(2));
            claimed.Add(new UnsentAnswers(reader.GetGuid(0), keys, answers, reader.GetInt32(3)));
        }

        return claimed;
    }

    /// <returns>Identifiers and states as stored; <see cref="ReadState"/> reads one.</returns>
    public async Task<IReadOnlyList<(Guid SagaId, byte[] State)>> ClaimDueAsync(
        DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand(sql.ClaimDue);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = until.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        var due = new List<(Guid, byte[])>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            due.Add((reader.GetGuid(0), reader.GetFieldValue<byte[]>(1)));
        return due;
    }

    /// <returns>How many rows were deleted.</returns>
    public async Task<int> DeleteFinishedAsync(TimeSpan retention, int limit, CancellationToken cancellationToken)
    {
        var command = dataSource.CreateCommand(sql.DeleteFinished);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = retention });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="JsonException">This program cannot read it.</exception>
    public TSaga ReadState(byte[] state) => JsonSerializer.Deserialize(state, serializer) ?? throw new JsonException("The state is null.");

    static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}

/// <summary>Answers that may not have reached the transport.</summary>
/// <param name="SagaId">Whose they are.</param>
/// <param name="Keys">The keys in question.</param>
/// <param name="Answers">The column as stored; not decoded yet, for one that cannot be must not stop the others.</param>
/// <param name="Tries">How often a sweep has tried, with this one.</param>
sealed record UnsentAnswers(Guid SagaId, Guid[] Keys, byte[] Answers, int Tries);
