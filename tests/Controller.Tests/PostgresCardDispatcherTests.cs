using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using PersoMesh.Controller.Audit;
using PersoMesh.Controller.Dispatch;
using PersoMesh.Fixtures;
using PersoMesh.Postgres;
using PersoMesh.PostgresAudit;

namespace PersoMesh.Controller.Tests;

[Collection("database")]
public sealed class PostgresCardDispatcherTests(DatabaseServer server) : CardDispatcherConformance, IAsyncDisposable
{
    static readonly CancellationToken None = CancellationToken.None;

    NpgsqlDataSource? _database;

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
            while (made.Count < Cards)
            {
                var session = Guid.NewGuid();
                var reader = Some.Reader(session, place: $"{station}");
                // As a station that waits: it repeats itself, under the same session.
                AssignedCard? card;
                while ((card = await dispatcher.ClaimAsync(reader, token)) is null && made.Count < Cards)
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

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
    }

    internal override async Task<ICardDispatcher> CreateAsync(int budget = 3)
    {
        _database = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        foreach (var migrations in new[] { AuditSchema.Migrations, DispatcherSchema.Migrations, DispatchAuditSchema.Migrations })
            await Migrator.ApplyAsync(_database, migrations, None);
        return Open(budget);
    }

    internal override async Task<IReadOnlyList<string>> AuditAsync() => [.. (await NotedEvents.ReadAsync(_database!)).Select(Describe)];

    PostgresCardDispatcher Open(int budget = 3) =>
        new(_database!, Options.Create(new ControllerOptions { WrongCryptogramBudget = budget }), NullLogger<PostgresCardDispatcher>.Instance);
}

[CollectionDefinition("database")]
public sealed class DatabaseCollection : ICollectionFixture<DatabaseServer>;
