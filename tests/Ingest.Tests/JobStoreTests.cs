using Npgsql;
using PersoMesh.AuditLog;
using PersoMesh.Fixtures;
using PersoMesh.Ingest.Audit;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Postgres;
using PersoMesh.PostgresAudit;

namespace PersoMesh.Ingest.Tests;

public sealed class InMemoryJobStoreTests : JobStoreConformance
{
    readonly List<AuditRecord> _audit = [];

    private protected override Task<IJobStore> CreateAsync() => Task.FromResult<IJobStore>(new InMemoryJobStore(TimeProvider.System, _audit.Add));

    private protected override Task<IReadOnlyList<string>> AuditAsync() => Task.FromResult<IReadOnlyList<string>>([.. _audit.Select(Describe)]);
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
        foreach (var migrations in new[] { AuditSchema.Migrations, JobSchema.Migrations, JobAuditSchema.Migrations })
            await Migrator.ApplyAsync(_database, migrations, CancellationToken.None);
        return _store = new PostgresJobStore(_database);
    }

    private protected override async Task<IReadOnlyList<string>> AuditAsync() => [.. (await NotedEvents.ReadAsync(_database!)).Select(Describe)];
}

[CollectionDefinition("database")]
public sealed class DatabaseCollection : ICollectionFixture<DatabaseServer>;
