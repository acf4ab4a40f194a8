using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.PostgresSagas.Tests.Support;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>Steps that fail, steps that meet each other, rows that cannot be read.</summary>
[Collection("database")]
public sealed class FailureTests(DatabaseServer server)
{
    [Fact]
    public async Task A_step_that_fails_writes_nothing_and_sends_nothing()
    {
        var attempts = 0;
        var setup = await SetUpAsync() with
        {
            Hooks = new ErrandHooks
            {
                OnStep = async (context, number) =>
                {
                    if (number != 1)
                        return;
                    var attempt = Interlocked.Increment(ref attempts);
                    context.Saga.Remark += "tried";
                    // One through the context, one through what the container injects.
                    await context.Send(ErrandMachine.Notes, new Note(context.Saga.CorrelationId, 100 * attempt, []));
                    var injected = context.GetPayload<IServiceScope>().ServiceProvider.GetRequiredService<IPublishEndpoint>();
                    await injected.Publish(new Stepped(context.Saga.CorrelationId, 200 * attempt, 0));
                    if (attempt < 3)
                        throw new InvalidOperationException("not yet");
                },
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);

        Assert.Equal(3, attempts);
        Assert.Equal(0, run.Traffic.Failed);
        Assert.Equal([300, 1],
            (await run.Traffic.ArrivedAsync<Note>(2)).Select(arrival => ((Note)arrival.Message).Number).OrderDescending());
        Assert.Equal([600, 1],
            (await run.Traffic.ArrivedAsync<Stepped>(2)).Select(arrival => ((Stepped)arrival.Message).Number).OrderDescending());
        var row = await run.ReadRowAsync(errandId);
        Assert.Equal(2, row!.Version);
        Assert.Contains("\"Remark\":\"tried\"", row.State, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delayed_message_too_waits_for_the_commit()
    {
        var attempts = 0;
        var setup = await SetUpAsync() with
        {
            Endpoints = (_, factory) => factory.UseDelayedMessageScheduler(),
            Hooks = new ErrandHooks
            {
                OnStep = async (context, _) =>
                {
                    var attempt = Interlocked.Increment(ref attempts);
                    var note = new Note(context.Saga.CorrelationId, attempt, []);
                    await context.ScheduleSend(ErrandMachine.Notes, TimeSpan.FromMilliseconds(1), note);
                    if (attempt == 1)
                        throw new InvalidOperationException("not yet");
                },
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        await run.SendAsync(new Begin(NewId.NextGuid()));
        await run.Traffic.SettledAsync(1);
        Assert.Equal(2, ((Note)Assert.Single(await run.Traffic.ArrivedAsync<Note>(1)).Message).Number);
        Assert.Equal([nameof(Begun), nameof(Note)], run.Traffic.Departures.Select(departure => departure.Type).Order());
    }

    [Fact]
    public async Task A_failure_for_good_leaves_the_saga_as_it_was_and_publishes_a_fault()
    {
        var setup = await SetUpAsync() with
        {
            Hooks = new ErrandHooks
            {
                OnStep = (_, number) => number == 1 ? throw new InvalidOperationException("never") : Task.CompletedTask,
            },
        };
        var faults = new FaultListener();
        setup = setup with { Endpoints = (_, factory) => factory.ReceiveEndpoint("faults", endpoint => endpoint.Instance(faults)) };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);
        Assert.Equal(errandId, (await faults.Fault.WaitAsync(TimeSpan.FromMinutes(2))).Message.ErrandId);
        var row = await run.ReadRowAsync(errandId);
        Assert.Equal(1, row!.Version);
        Assert.Contains("\"Steps\":[]", row.State, StringComparison.Ordinal);
        Assert.Equal([nameof(Begun)], run.Traffic.Departures.Select(departure => departure.Type));
    }

    [Theory]
    [InlineData(ConcurrencyMode.Optimistic, 21)]
    [InlineData(ConcurrencyMode.Pessimistic, 11)]
    public async Task Messages_that_meet_run_once_more_or_wait(ConcurrencyMode mode, int mostRuns)
    {
        var runs = 0;
        // While nothing is locked, the first ten runs are inside together.
        var inside = new CountdownEvent(10);
        var setup = await SetUpAsync() with
        {
            Repository = repository => repository.Concurrency = mode,
            Hooks = new ErrandHooks
            {
                OnStep = async (_, number) =>
                {
                    Interlocked.Increment(ref runs);
                    if (mode == ConcurrencyMode.Optimistic && number > 0 && !inside.IsSet)
                    {
                        inside.Signal();
                        await Task.Run(() => Assert.True(inside.Wait(TimeSpan.FromMinutes(2))));
                    }
                },
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await Task.WhenAll(Enumerable.Range(1, 10).Select(number => run.SendAsync(new Step(errandId, number))));
        await run.Traffic.SettledAsync(11);

        Assert.Equal(0, run.Traffic.Failed);
        Assert.Equal(11, (await run.ReadRowAsync(errandId))!.Version);
        Assert.Equal(Enumerable.Range(1, 10),
            (await run.Traffic.ArrivedAsync<Note>(10)).Select(arrival => ((Note)arrival.Message).Number).Order());
        Assert.InRange(runs, 11, mostRuns);
    }

    [Fact]
    public async Task Two_messages_that_both_begin_a_saga_begin_one()
    {
        var inside = new CountdownEvent(2);
        var setup = await SetUpAsync() with
        {
            Hooks = new ErrandHooks { OnStep = (_, _) => Task.Run(() => inside.Signal() || inside.Wait(TimeSpan.FromMinutes(2))) },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await Task.WhenAll(run.SendAsync(new Begin(errandId)), run.SendAsync(new Begin(errandId)));
        await run.Traffic.SettledAsync(2);
        Assert.Equal(0, run.Traffic.Failed);
        Assert.Equal(2, (await run.ReadRowAsync(errandId))!.Version);
        Assert.Single(run.Traffic.Departures);
    }

    [Fact]
    public async Task What_a_step_writes_in_the_sagas_transaction_is_there_when_the_saga_is()
    {
        var attempts = 0;
        var setup = await SetUpAsync() with
        {
            Hooks = new ErrandHooks
            {
                OnStep = async (context, number) =>
                {
                    var transaction = await context.GetPayload<ISagaTransaction>().BeginAsync(context.CancellationToken);
                    await using var insert = transaction.Connection!.CreateCommand();
                    (insert.Transaction, insert.CommandText) = (transaction, "INSERT INTO own_table VALUES (1)");
                    await insert.ExecuteNonQueryAsync();
                    if (number == 1 && Interlocked.Increment(ref attempts) < 3)
                        throw new InvalidOperationException("not yet");
                },
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        await run.ExecuteAsync("CREATE TABLE own_table (id integer)");
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => run.SendAsync(new Step(errandId, number))));
        await run.Traffic.SettledAsync(21);
        Assert.Equal(0, run.Traffic.Failed);
        Assert.Equal(21, (await run.ReadRowAsync(errandId))!.Version);
        await using var count = run.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().CreateCommand("SELECT count(*) FROM own_table");
        Assert.Equal(21L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_fails_its_own_messages_only()
    {
        await using var run = await ErrandRun.StartAsync(await SetUpAsync());
        var (broken, unsent, sound) = (NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid());
        foreach (var errandId in new[] { broken, unsent, sound })
            await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(3);
        await run.ExecuteAsync($"UPDATE errand SET state = '{{\"Steps\":\"none\"}}' WHERE correlation_id = '{broken}'");
        await run.ExecuteAsync($"UPDATE errand SET answers = '\\x01ff' WHERE correlation_id = '{unsent}'");
        foreach (var errandId in new[] { broken, unsent, sound })
            await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(6);
        Assert.Equal(2, run.Traffic.Failed);
        Assert.Equal(1, (await run.ReadRowAsync(broken))!.Version);
        Assert.Equal(1, (await run.ReadRowAsync(unsent))!.Version);
        Assert.Equal(2, (await run.ReadRowAsync(sound))!.Version);
    }

    async Task<ErrandSetup> SetUpAsync() => new() { Database = await server.CreateDatabaseAsync() };

    sealed class FaultListener : IConsumer<Fault<Step>>
    {
        readonly TaskCompletionSource<Fault<Step>> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Fault<Step>> Fault => _fault.Task;

        public Task Consume(ConsumeContext<Fault<Step>> context)
        {
            _fault.TrySetResult(context.Message);
            return Task.CompletedTask;
        }
    }
}
