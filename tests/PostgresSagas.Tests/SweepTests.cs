using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PersoMesh.PostgresSagas.Storage;
using PersoMesh.PostgresSagas.Tests.Support;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>Answers that are written and did not leave.</summary>
[Collection("database")]
public sealed class SweepTests(DatabaseServer server)
{
    static readonly Action<Departure> BrokerIsAway = _ => throw new InvalidOperationException("The broker is away.");

    [Fact]
    public async Task A_sweep_sends_what_was_left_behind_under_the_same_identifiers()
    {
        var refused = new List<Departure>();
        await using var run = await StartAsync();
        run.Traffic.BeforeSend = departure =>
        {
            lock (refused)
                refused.Add(departure);
            throw new InvalidOperationException("The broker is away.");
        };
        var errandId = NewId.NextGuid();
        var messageId = await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        Assert.Equal(0, run.Traffic.Failed);
        var row = await run.ReadRowAsync(errandId);
        Assert.Equal([messageId], row!.Unsent);
        Assert.True(row.IsWaitingForSweep);

        run.Traffic.BeforeSend = null;
        Assert.Equal(0, await run.Housekeeping.SweepAsync(CancellationToken.None));
        await run.MakeUnsentDueAsync();
        Assert.Equal(1, await run.Housekeeping.SweepAsync(CancellationToken.None));
        Assert.Equal(refused, run.Traffic.Departures);
        await run.Traffic.ArrivedAsync<Begun>(1);
        row = await run.ReadRowAsync(errandId);
        Assert.Empty(row!.Unsent);
        Assert.False(row.IsWaitingForSweep);
    }

    [Fact]
    public async Task When_one_of_two_left_both_are_sent_again()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        run.Traffic.BeforeSend = departure =>
        {
            if (departure.Type == nameof(Note))
                throw new InvalidOperationException("The broker went away.");
        };
        await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);
        run.Traffic.BeforeSend = null;
        await run.MakeUnsentDueAsync();
        Assert.Equal(1, await run.Housekeeping.SweepAsync(CancellationToken.None));
        Assert.Equal(2, run.Traffic.Departures.Count(departure => departure.Type == nameof(Stepped)));
        Assert.Single(run.Traffic.Departures.Where(departure => departure.Type == nameof(Stepped)).Distinct());
        Assert.Single(run.Traffic.Departures, departure => departure.Type == nameof(Note));
    }

    [Fact]
    public async Task Two_replicas_sweep_each_answer_once()
    {
        const int Count = 130;
        var database = await server.CreateDatabaseAsync();
        await using var one = await ErrandRun.StartAsync(new ErrandSetup { Database = database });
        await using var two = await ErrandRun.StartAsync(new ErrandSetup { Database = database });
        one.Traffic.BeforeSend = BrokerIsAway;
        for (var i = 0; i < Count; i++)
            await one.SendAsync(new Begin(NewId.NextGuid()));
        await one.Traffic.SettledAsync(Count);
        one.Traffic.BeforeSend = null;
        await one.MakeUnsentDueAsync();

        var swept = await Task.WhenAll(new[] { one, two }.Select(run => run.Housekeeping.SweepAsync(CancellationToken.None)));
        Assert.Equal(Count, swept.Sum());
        var departures = one.Traffic.Departures.Concat(two.Traffic.Departures).ToArray();
        Assert.Equal(Count, departures.Length);
        Assert.Equal(Count, departures.Distinct().Count());
        await one.MakeUnsentDueAsync();
        Assert.Equal(0, await two.Housekeeping.SweepAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_a_dead_replica_had_claimed_is_swept_when_its_claim_ends()
    {
        await using var run = await StartAsync();
        run.Traffic.BeforeSend = BrokerIsAway;
        await run.SendAsync(new Begin(NewId.NextGuid()));
        await run.Traffic.SettledAsync(1);
        run.Traffic.BeforeSend = null;
        await run.MakeUnsentDueAsync();
        var table = run.Services.GetRequiredService<SagaTable<ErrandState>>();
        var claimed = Assert.Single(await table.ClaimUnsentAsync(TimeSpan.FromHours(1), 10, CancellationToken.None));
        Assert.Equal(1, claimed.Tries);
        Assert.Equal(0, await run.Housekeeping.SweepAsync(CancellationToken.None));
        await run.MakeUnsentDueAsync();
        Assert.Equal(1, await run.Housekeeping.SweepAsync(CancellationToken.None));
        Assert.Single(run.Traffic.Departures);
    }

    [Fact]
    public async Task A_sweep_passes_over_what_cannot_be_sent_and_tries_it_less_and_less_often()
    {
        await using var run = await StartAsync();
        run.Traffic.BeforeSend = BrokerIsAway;
        var errands = Enumerable.Range(0, 5).Select(_ => NewId.NextGuid()).ToArray();
        foreach (var errandId in errands)
            await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(5);
        run.Traffic.BeforeSend = null;
        await run.ExecuteAsync($"UPDATE errand SET answers = '\\x01ff' WHERE correlation_id = '{errands[0]}'");

        for (var tries = 1; tries <= 3; tries++)
        {
            await run.MakeUnsentDueAsync();
            Assert.Equal(tries == 1 ? 4 : 0, await run.Housekeeping.SweepAsync(CancellationToken.None));
            await using var command = run.Services.GetRequiredService<NpgsqlDataSource>()
                .CreateCommand("SELECT resends, resend_at - now() FROM errand WHERE correlation_id = $1");
            command.Parameters.Add(new() { Value = errands[0] });
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            Assert.Equal(tries, reader.GetInt32(0));
            // ErrandRun sets two days; the double of that for the first try, and so on.
            Assert.InRange(reader.GetFieldValue<TimeSpan>(1), TimeSpan.FromDays((2 << tries) - 1), TimeSpan.FromDays(2 << tries));
        }

        Assert.Equal(4, run.Traffic.Departures.Count);
    }

    [Fact]
    public async Task What_nobody_wants_any_more_is_not_sent()
    {
        var time = new SetTime(DateTimeOffset.UtcNow);
        var setup = new ErrandSetup
        {
            Database = await server.CreateDatabaseAsync(),
            Services = services => services.AddSingleton<TimeProvider>(time),
            Hooks = new ErrandHooks
            {
                OnStep = (context, _) => context.Send(
                    ErrandMachine.Notes, new Note(context.Saga.CorrelationId, 1, []), note => note.TimeToLive = TimeSpan.FromMinutes(5)),
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        run.Traffic.BeforeSend = BrokerIsAway;
        await run.SendAsync(new Begin(NewId.NextGuid()));
        await run.Traffic.SettledAsync(1);
        run.Traffic.BeforeSend = null;
        time.Now = time.Now.AddMinutes(6);
        await run.MakeUnsentDueAsync();
        Assert.Equal(1, await run.Housekeeping.SweepAsync(CancellationToken.None));
        Assert.Equal([nameof(Begun)], run.Traffic.Departures.Select(departure => departure.Type));
    }

    [Fact]
    public async Task The_next_message_takes_the_note_along_that_answers_left()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        var first = await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);
        Assert.Equal([first], (await run.ReadRowAsync(errandId))!.Unsent);
        var length = (await run.ReadRowAsync(errandId))!.AnswersLength;
        var second = await run.SendAsync(new Step(errandId, 2));
        await run.Traffic.SettledAsync(3);
        var row = await run.ReadRowAsync(errandId);
        Assert.Equal([second], row!.Unsent);
        // One message's answers, not two; times in them vary by a digit.
        Assert.InRange(row.AnswersLength, length / 2, length * 3 / 2);
        length = row.AnswersLength;
        Assert.Equal(1, await run.Housekeeping.FlushAsync(CancellationToken.None));
        row = await run.ReadRowAsync(errandId);
        Assert.Empty(row!.Unsent);
        Assert.False(row.IsWaitingForSweep);
        Assert.Equal(length, row.AnswersLength);
    }

    [Fact]
    public async Task An_orderly_stop_leaves_nothing_to_sweep()
    {
        var database = await server.CreateDatabaseAsync();
        var errandId = NewId.NextGuid();
        await using (var run = await ErrandRun.StartAsync(new ErrandSetup { Database = database }))
        {
            await run.SendAsync(new Begin(errandId));
            await run.Traffic.SettledAsync(1);
        }

        await using var next = await ErrandRun.StartAsync(new ErrandSetup { Database = database });
        Assert.Empty((await next.ReadRowAsync(errandId))!.Unsent);
    }

    [Fact]
    public async Task Notes_that_could_not_be_written_are_written_later()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await run.ExecuteAsync("ALTER TABLE errand RENAME TO hidden");
        await Assert.ThrowsAsync<PostgresException>(() => run.Housekeeping.FlushAsync(CancellationToken.None));
        await run.ExecuteAsync("ALTER TABLE hidden RENAME TO errand");
        Assert.Equal(1, await run.Housekeeping.FlushAsync(CancellationToken.None));
        Assert.Empty((await run.ReadRowAsync(errandId))!.Unsent);
    }

    [Fact]
    public async Task In_the_background_all_of_this_happens_by_itself()
    {
        var setup = new ErrandSetup
        {
            Database = await server.CreateDatabaseAsync(),
            Repository = repository =>
            {
                repository.HousekeepingInterval = TimeSpan.FromMilliseconds(10);
                repository.ResendAfter = TimeSpan.FromMilliseconds(20);
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        var refused = 0;
        run.Traffic.BeforeSend = _ =>
        {
            if (Interlocked.Increment(ref refused) < 4)
                throw new InvalidOperationException("The broker is away.");
        };
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.ArrivedAsync<Begun>(1);
        Assert.Equal(4, refused);
    }

    async Task<ErrandRun> StartAsync() => await ErrandRun.StartAsync(new ErrandSetup { Database = await server.CreateDatabaseAsync() });
}
