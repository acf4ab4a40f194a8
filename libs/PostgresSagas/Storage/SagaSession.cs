using Npgsql;

namespace PersoMesh.PostgresSagas.Storage;

/// <summary>
/// The database as one attempt to consume a message sees it: single statements, each its own transaction, until somebody needs more;
/// then one transaction for all of them.
/// </summary>
sealed class SagaSession(NpgsqlDataSource dataSource) : ISagaTransaction, IAsyncDisposable
{
    readonly SemaphoreSlim _gate = new(1);
    NpgsqlConnection? _connection;
    NpgsqlTransaction? _transaction;

    public async Task<NpgsqlTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_transaction is null)
            {
                _connection ??= await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                _transaction = await _connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            }

            return _transaction;
        }
        finally
        {
            _gate.Release();
        }
    }

    public NpgsqlCommand CreateCommand(string sql) =>
        _transaction is null ? dataSource.CreateCommand(sql) : new NpgsqlCommand(sql, _connection, _transaction);

    public Task CommitAsync(CancellationToken cancellationToken) => _transaction?.CommitAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Rolls back what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_transaction is not null)
            await _transaction.DisposeAsync().ConfigureAwait(false);
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
