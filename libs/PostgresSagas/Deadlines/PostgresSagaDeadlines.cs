using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Logging;
using PersoMesh.PostgresSagas.Storage;

namespace PersoMesh.PostgresSagas;

/// <summary>Deadlines in the table's column.</summary>
sealed partial class PostgresSagaDeadlines<TSaga>(
    SagaTable<TSaga> table, TimeProvider time, ILogger<PostgresSagaDeadlines<TSaga>> logger) : ISagaDeadlines<TSaga>
    where TSaga : class, ISaga
{
    public async Task<IReadOnlyList<TResult>> ClaimDueAsync<TResult>(
        Func<TSaga, TResult> select, int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(select);
        var now = time.GetUtcNow();
        var results = new List<TResult>();
        foreach (var (sagaId, state) in await table.ClaimDueAsync(now, now + lease, limit, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                results.Add(select(table.ReadState(state)));
            }
            catch (JsonException e)
            {
                LogUnreadable(logger, sagaId, e);
            }
        }

        return results;
    }

    [LoggerMessage(EventId = 8106, Level = LogLevel.Error,
        Message = "Saga {SagaId} is past its deadline, but its state cannot be read: was it written by a later release?")]
    static partial void LogUnreadable(ILogger logger, Guid sagaId, Exception exception);
}
