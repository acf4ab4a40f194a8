using MassTransit;
using MassTransit.Saga;

namespace PersoMesh.PostgresSagas;

/// <summary>
/// Deadlines of sagas in MassTransit's in-memory repository, for a process without a database. Looks at every saga there is.
/// </summary>
sealed class InMemorySagaDeadlines<TSaga>(IndexedSagaDictionary<TSaga> sagas, TimeProvider time) : ISagaDeadlines<TSaga>, IDisposable
    where TSaga : class, ISaga, ISagaDeadline
{
    static readonly SagaQuery<TSaga> All = new(saga => true);
    readonly SemaphoreSlim _gate = new(1);
    readonly Dictionary<Guid, DateTimeOffset> _leases = [];

    public async Task<IReadOnlyList<TResult>> ClaimDueAsync<TResult>(
        Func<TSaga, TResult> select, int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(select);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            foreach (var (sagaId, _) in _leases.Where(held => held.Value <= now).ToArray())
                _leases.Remove(sagaId);
            var due = new List<(DateTimeOffset Deadline, Guid SagaId, TResult Result)>();
            foreach (var instance in sagas.Where(All))
            {
                if (await TryReadAsync(instance, now, select, cancellationToken).ConfigureAwait(false) is { } found
                    && !_leases.ContainsKey(found.SagaId))
                    due.Add(found);
            }

            due.Sort((a, b) => a.Deadline.CompareTo(b.Deadline));
            var claimed = due.Take(limit).ToArray();
            foreach (var (_, sagaId, _) in claimed)
                _leases.Add(sagaId, now + lease);
            return [.. claimed.Select(found => found.Result)];
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    static async Task<(DateTimeOffset Deadline, Guid SagaId, TResult Result)?> TryReadAsync<TResult>(
        SagaInstance<TSaga> instance, DateTimeOffset now, Func<TSaga, TResult> select, CancellationToken cancellationToken)
    {
        try
        {
            // Not while a message changes it.
            await instance.MarkInUse(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        try
        {
            var saga = instance.Instance;
            var isDue = !instance.IsRemoved && saga.Deadline <= now;
            return isDue ? (saga.Deadline!.Value, saga.CorrelationId, select(saga)) : null;
        }
        finally
        {
            instance.Release();
        }
    }
}
