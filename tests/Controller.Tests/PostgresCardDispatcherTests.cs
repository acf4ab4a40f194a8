using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using PersoMesh.Controller.Audit;
using PersoMesh.Controller.Dispatch;
using PersoMesh.DataKeys;
using PersoMesh.Fixtures;
using PersoMesh.Postgres;
using PersoMesh.PostgresAudit;
using PersoMesh.Sealing;

namespace PersoMesh.Controller.Tests;

[Collection("database")]
public sealed class PostgresCardDispatcherTests(DatabaseServer server) : CardDispatcherConformance, IAsyncDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    const string KeyTable = "controller_job_key";
    NpgsqlDataSource? _database;
    DataKeyStore? _keys;

    [Theory]
    [InlineData("UPDATE controller_payload SET script = (SELECT script FROM controller_payload ORDER BY card_id DESC LIMIT 1)")]
    [InlineData("UPDATE controller_payload SET script = modules")]
    [InlineData("UPDATE controller_payload SET version = 2")]
    [InlineData("UPDATE controller_payload SET modules = set_byte(modules, 29, get_byte(modules, 29) # 1)")]
    public async Task A_payload_of_another_card_kind_or_version_and_a_changed_one_are_refused(string tampering)
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a", "b"), None);
        await using var tamper = _database!.CreateCommand(tampering);
        Assert.Equal(2, await tamper.ExecuteNonQueryAsync());
        await Assert.ThrowsAsync<SealBrokenException>(async () => await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None));
    }

    [Fact]
    public async Task Nothing_opens_a_copy_of_the_database_once_the_data_key_is_destroyed()
    {
        var dispatcher = await CreateAsync();
        var job = Some.Job();
        await dispatcher.AddAsync(job, Some.Cards("a"), None);
        await using var copy = _database!.CreateCommand("CREATE TABLE copied AS SELECT * FROM controller_payload");
        await copy.ExecuteNonQueryAsync();
        await dispatcher.DestroyDataAsync(job.JobId, None);
        await using var left = _database.CreateCommand("SELECT (SELECT count(*) FROM controller_payload) + (SELECT count(*) FROM controller_job_key WHERE wrapped IS NOT NULL)");
        Assert.Equal(0L, await left.ExecuteScalarAsync());
        await using var back = _database.CreateCommand("INSERT INTO controller_payload SELECT * FROM copied; UPDATE controller_card SET state = 0; UPDATE controller_job SET has_ready = true");
        await back.ExecuteNonQueryAsync();
        await Assert.ThrowsAsync<DataKeyDestroyedException>(async () => await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None));
    }

    [Fact]
    public async Task Old_claims_go_unless_they_keep_a_second_good_card_away_or_are_not_settled()
    {
        var dispatcher = await CreateAsync();
        var job = Some.Job(maxAttempts: 1);
        await dispatcher.AddAsync(job, Some.Cards("a", "b", "c", "d"), None);
        foreach (var verdict in new[] { Contracts.Session.Verdict.Good, Contracts.Session.Verdict.Rejected, Contracts.Session.Verdict.Unresolved })
        {
            var session = Guid.NewGuid();
            await dispatcher.ClaimAsync(Some.Reader(session), None);
            await dispatcher.ReleaseAsync(session, verdict, None);
        }

        await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None);
        using var purge = new ClaimPurge(_database!, TimeProvider.System, NullLogger<ClaimPurge>.Instance);
        Assert.Equal(0, await purge.PurgeAsync(TimeSpan.FromHours(1), None));
        Assert.Equal(1, await purge.PurgeAsync(TimeSpan.Zero, None));
        Assert.NotNull(await dispatcher.ResolveAsync(job.JobId, "c", isGood: true, None));
        await dispatcher.DestroyDataAsync(job.JobId, None);
        Assert.Equal(2, await purge.PurgeAsync(TimeSpan.Zero, None));
        Assert.DoesNotContain(await AuditAsync(), line => line.StartsWith("session.return", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_Controllers_use_one_key_for_a_job_and_ask_for_it_once_each()
    {
        var job = Some.Job();
        var one = await CreateAsync();
        var wrapper = new SoftwareKeyWrapper();
        using var first = new DataKeyStore(_database!, KeyTable, wrapper, TimeProvider.System);
        using var second = new DataKeyStore(_database!, KeyTable, wrapper, TimeProvider.System);
        var keys = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? first : second).GetAsync(job.JobId, None).AsTask()));
        var payload = keys[0].Seal("script", "a", 1, [1, 2, 3]);
        Assert.All(keys, key => Assert.Equal([1, 2, 3], key.Open("script", "a", 1, payload)));
        Assert.Equal(2, wrapper.Opened);
        Assert.NotNull(one);
    }

    [Fact]
    public async Task Two_Controllers_with_stations_that_come_and_cards_that_come_lose_none_and_give_none_twice()
    {
        const int Cards = 400;
        var (one, two) = (await CreateAsync(), Open());
        var job = Some.Job();
        var made = new System.Collections.Concurrent.ConcurrentBag<string>();
        var adding = Parallel.ForEachAsync(Enumerable.Range(0, Cards / 10), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (chunk, token) =>
            await (chunk % 2 == 0 ? one : two).AddAsync(job, Some.Cards([.. Enumerable.Range(chunk * 10, 10).Select(i => $"card-{i}")]), token));
        var closing = Task.Run(async () =>
        {
            while (!adding.IsCompleted)
                await two.CloseEmptyJobsAsync(None);
        });
        await Parallel.ForEachAsync(Enumerable.Range(0, 16), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (station, token) =>
        {
            var dispatcher = station % 2 == 0 ? one : two;
            while (made.Count < Cards && !adding.IsFaulted)
            {
                var session = Guid.NewGuid();
                var reader = Some.Reader(session, place: $"{station}");
                // As a station that waits: it repeats itself, under the same session.
                AssignedCard? card;
                while ((card = await dispatcher.ClaimAsync(reader, token)) is null && made.Count < Cards && !adding.IsFaulted)
                    await Task.Yield();
                if (card is null)
                    break;
                made.Add(card.Card.CardObjectId);
                await dispatcher.ReleaseAsync(session, Contracts.Session.Verdict.Good, token);
            }
        });
        await Task.WhenAll(adding, closing);
        Assert.Equal(Cards, made.Count);
        Assert.Equal(Cards, made.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_job_is_noted_as_empty_and_full_again()
    {
        await CreateAsync();
        var dispatcher = Open();
        var job = Some.Job();
        await dispatcher.AddAsync(job, Some.Cards("a"), None);
        Assert.Equal(0, await dispatcher.CloseEmptyJobsAsync(None));
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(Some.Reader(session), None);
        Assert.Equal(1, await dispatcher.CloseEmptyJobsAsync(None));
        Assert.True((await dispatcher.ReleaseAsync(session, Contracts.Session.Verdict.Rejected, None)).WillRetry);
        Assert.NotNull(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None));
    }

    [Fact]
    public async Task The_database_itself_refuses_a_second_good_card()
    {
        await (await CreateAsync()).AddAsync(Some.Job(), Some.Cards("a"), None);
        await using var command = _database!.CreateCommand("""
            INSERT INTO controller_claim (session_id, card_id, attempt, waited, verdict)
            SELECT gen_random_uuid(), card_id, n, '0', 0 FROM controller_card, generate_series(1, 2) n
            """);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        Assert.Equal("controller_claim_one_good", refusal.ConstraintName);
    }

    [Fact]
    public async Task A_card_that_a_session_is_being_given_while_it_ends_goes_back()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None);
        var (over, next) = (Guid.NewGuid(), Guid.NewGuid());
        Task<IReadOnlyList<Guid>> leaving;
        await using (var slow = await _database!.OpenConnectionAsync())
        {
            await using var transaction = await slow.BeginTransactionAsync();
            await using var claim = new NpgsqlCommand("SELECT controller_claim_next($1, 'emv')", slow) { Parameters = { new() { Value = over } } };
            await claim.ExecuteScalarAsync();
            leaving = dispatcher.LeaveAsync(over, isOver: true, None).AsTask();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (!await IsSomebodyWaiting())
                await Task.Delay(20, patience.Token);
            await transaction.CommitAsync();
        }

        Assert.Empty(await leaving);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(over), None));
        Assert.Equal(1, (await dispatcher.ClaimAsync(Some.Reader(next), None))!.Attempt);

        async Task<bool> IsSomebodyWaiting()
        {
            await using var locks = _database!.CreateCommand("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
            return (bool)(await locks.ExecuteScalarAsync())!;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _keys?.Dispose();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    internal override async Task<ICardDispatcher> CreateAsync(int budget = 3)
    {
        _database = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        foreach (var migrations in new[] { AuditSchema.Migrations, DispatcherSchema.Migrations, DispatchAuditSchema.Migrations, DataKeyStore.Migrations("controller", KeyTable) })
            await Migrator.ApplyAsync(_database, migrations, None);
        _keys = new DataKeyStore(_database, KeyTable, new SoftwareKeyWrapper(), TimeProvider.System);
        return Open(budget);
    }

    internal override async Task<IReadOnlyList<string>> AuditAsync() => [.. (await NotedEvents.ReadAsync(_database!)).Select(Describe)];

    PostgresCardDispatcher Open(int budget = 3) =>
        new(_database!, _keys!, Options.Create(new ControllerOptions { WrongCryptogramBudget = budget }), NullLogger<PostgresCardDispatcher>.Instance);
}

[CollectionDefinition("database")]
public sealed class DatabaseCollection : ICollectionFixture<DatabaseServer>;
