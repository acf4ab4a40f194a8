using Npgsql;
using PersoMesh.Fixtures;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Postgres;

namespace PersoMesh.Ingest.Tests;

public sealed class InMemoryJobStoreTests : JobStoreConformance
{
    private protected override Task<IJobStore> CreateAsync() => Task.FromResult<IJobStore>(new InMemoryJobStore(TimeProvider.System));
}

[Collection("database")]
public sealed class PostgresJobStoreTests(DatabaseServer server) : JobStoreConformance, IAsyncDisposable
{
    NpgsqlDataSource? _database;
    PostgresJobStore? _store;

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private protected override async Task<IJobStore> CreateAsync()
    {
        _database = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        await Migrator.ApplyAsync(_database, JobSchema.Migrations, CancellationToken.None);
        return _store = new PostgresJobStore(_database);
    }
}

[CollectionDefinition("database")]
public sealed class DatabaseCollection : ICollectionFixture<DatabaseServer>;
