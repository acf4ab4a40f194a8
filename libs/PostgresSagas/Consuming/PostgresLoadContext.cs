using MassTransit;
using MassTransit.Middleware;
using MassTransit.Saga;
using PersoMesh.PostgresSagas.Storage;

namespace PersoMesh.PostgresSagas.Consuming;

/// <summary>Reads sagas outside a message. One that has ended is gone, as it is with other repositories.</summary>
sealed class PostgresLoadContext<TSaga>(SagaTable<TSaga> table, SagaSession session, CancellationToken cancellationToken) :
    BasePipeContext(cancellationToken),
    LoadSagaRepositoryContext<TSaga>
    where TSaga : class, ISaga
{
    public async Task<TSaga> Load(Guid correlationId)
    {
        var row = await table.LoadAsync(session, correlationId, forUpdate: false, CancellationToken).ConfigureAwait(false);
        return row is null or { IsFinished: true } ? null! : row.Saga;
    }
}
