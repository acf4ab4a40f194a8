using Npgsql;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Preparation;
using PersoMesh.DataKeys;
using PersoMesh.Fixtures;
using PersoMesh.Ingest.Audit;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Postgres;
using PersoMesh.PostgresAudit;
using PersoMesh.Sealing;

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
    const string KeyTable = "ingest_job_key";
    PostgresJobStore? _store;
    DataKeyStore? _keys;

    [Fact]
    public async Task A_stored_card_object_opens_in_its_own_row_only_and_not_at_all_once_its_key_is_destroyed()
    {
        var jobs = await CreateAsync();
        var job = await jobs.OpenAsync("job", () => new JobReference(Guid.CreateVersion7(), "job", "emv-debit@1", "emv", 0, 3), 0, CancellationToken.None);
        var submission = Guid.NewGuid();
        await jobs.BeginSubmissionAsync(submission, job.JobId, CancellationToken.None);
        var fields = System.Text.Encoding.UTF8.GetBytes("what the issuer says of the holder");
        await jobs.TakeAsync(submission, job, 0, [new IntakeRecord("a", fields), new IntakeRecord("b", fields)], CancellationToken.None);
        await using (var read = _database!.CreateCommand("SELECT message FROM ingest_chunk"))
        {
            var message = (byte[])(await read.ExecuteScalarAsync())!;
            Assert.Equal(-1, message.AsSpan().IndexOf(fields));
            Assert.Equal(-1, System.Text.Encoding.UTF8.GetString(message).IndexOf(Convert.ToBase64String(fields)[..20], StringComparison.Ordinal));
        }

        var chunk = await jobs.TakeLeftBehindAsync(TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(fields, chunk!.Cards.Cards[1].SealedFields);
        await using (var swap = _database.CreateCommand("""
            UPDATE ingest_chunk SET message = convert_to(replace(replace(replace(convert_from(message, 'UTF8'), '"cardObjectId":"a"', '"cardObjectId":"x"'),
                '"cardObjectId":"b"', '"cardObjectId":"a"'), '"cardObjectId":"x"', '"cardObjectId":"b"'), 'UTF8')
            """))
        {
            Assert.Equal(1, await swap.ExecuteNonQueryAsync());
        }

        // Another job's chunk is not held up by it.
        var other = await jobs.OpenAsync("other", () => new JobReference(Guid.CreateVersion7(), "other", "emv-debit@1", "emv", 0, 3), 0, CancellationToken.None);
        var later = Guid.NewGuid();
        await jobs.BeginSubmissionAsync(later, other.JobId, CancellationToken.None);
        await jobs.TakeAsync(later, other, 0, [new IntakeRecord("c", fields)], CancellationToken.None);
        await Assert.ThrowsAsync<SealBrokenException>(async () => await jobs.TakeLeftBehindAsync(TimeSpan.Zero, CancellationToken.None));
        Assert.Equal("other", (await jobs.TakeLeftBehindAsync(TimeSpan.Zero, CancellationToken.None))?.Cards.Job.Name);
        await jobs.DestroyDataAsync(job.JobId, CancellationToken.None);
        await Assert.ThrowsAsync<DataKeyDestroyedException>(async () => await jobs.TakeLeftBehindAsync(TimeSpan.Zero, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        _keys?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private protected override async Task<IJobStore> CreateAsync()
    {
        _database = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        foreach (var migrations in new[] { AuditSchema.Migrations, JobSchema.Migrations, JobAuditSchema.Migrations, DataKeyStore.Migrations("ingest", KeyTable) })
            await Migrator.ApplyAsync(_database, migrations, CancellationToken.None);
        _keys = new DataKeyStore(_database, KeyTable, new SoftwareKeyWrapper(), TimeProvider.System);
        return _store = new PostgresJobStore(_database, _keys);
    }

    private protected override async Task<IReadOnlyList<string>> AuditAsync() => [.. (await NotedEvents.ReadAsync(_database!)).Select(Describe)];
}

[CollectionDefinition("database")]
public sealed class DatabaseCollection : ICollectionFixture<DatabaseServer>;
