using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using PersoMesh.PostgresSagas.Tests.Support;
using PersoMesh.SagaBench;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>
/// What sagas can rely on with either storage. What the in-memory repository cannot do is tested for PostgreSQL alone: recognize
/// repeats, answer them, survive a crash, undo a failed step, remember sagas that have ended.
/// </summary>
public abstract class Conformance
{
    protected abstract Task<ErrandSetup> SetUpAsync();

    [Fact]
    public async Task A_saga_begins_moves_on_and_answers()
    {
        await using var run = await ErrandRun.StartAsync(await SetUpAsync());
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await run.SendAsync(new Step(errandId, 7));
        var note = Assert.Single(await run.Traffic.ArrivedAsync<Note>(1));
        Assert.Equal((errandId, 7), (((Note)note.Message).ErrandId, ((Note)note.Message).Number));
        Assert.Equal(new Stepped(errandId, 7, 1), Assert.Single(await run.Traffic.ArrivedAsync<Stepped>(1)).Message);
        await run.Traffic.SettledAsync(2);
        Assert.Equal([7], (await LoadAsync(run, errandId))?.Steps);
    }

    [Fact]
    public async Task Twenty_messages_at_once_on_one_saga_lose_no_update()
    {
        await using var run = await ErrandRun.StartAsync(await SetUpAsync());
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => run.SendAsync(new Step(errandId, number))));
        var arrivals = await run.Traffic.ArrivedAsync<Stepped>(20);
        await run.Traffic.SettledAsync(21);
        Assert.Equal(Enumerable.Range(1, 20), (await LoadAsync(run, errandId))!.Steps.Order());
        Assert.Equal(Enumerable.Range(1, 20), arrivals.Select(arrival => ((Stepped)arrival.Message).Count).Order());
    }

    [Fact]
    public async Task A_message_for_no_saga_does_nothing()
    {
        await using var run = await ErrandRun.StartAsync(await SetUpAsync());
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(1);
        Assert.Equal(0, run.Traffic.Failed);
        Assert.Null(await LoadAsync(run, errandId));
    }

    [Fact]
    public async Task A_saga_that_has_ended_is_gone()
    {
        await using var run = await ErrandRun.StartAsync(await SetUpAsync());
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await run.SendAsync(new Finish(errandId));
        await run.Traffic.ArrivedAsync<Finished>(1);
        await run.Traffic.SettledAsync(2);
        Assert.Null(await LoadAsync(run, errandId));
        await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(3);
        Assert.Equal(0, run.Traffic.Failed);
        Assert.DoesNotContain(run.Traffic.Arrivals, arrival => arrival.Message is Stepped);
    }

    [Fact]
    public async Task A_saga_may_begin_and_end_with_one_message()
    {
        await using var run = await ErrandRun.StartAsync(await SetUpAsync());
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Flash(errandId));
        await run.Traffic.ArrivedAsync<Finished>(1);
        await run.Traffic.SettledAsync(1);
        Assert.Null(await LoadAsync(run, errandId));
    }

    [Fact]
    public async Task A_poisoned_message_does_not_block_the_others()
    {
        var poisoned = NewId.NextGuid();
        var setup = await SetUpAsync() with
        {
            Concurrency = 1,
            Hooks = new ErrandHooks
            {
                OnStep = (context, _) =>
                    context.Saga.CorrelationId == poisoned ? throw new InvalidOperationException("poison") : Task.CompletedTask,
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        await run.SendAsync(new Begin(poisoned));
        var others = Enumerable.Range(0, 10).Select(_ => NewId.NextGuid()).ToArray();
        foreach (var errandId in others)
            await run.SendAsync(new Begin(errandId));
        var begun = await run.Traffic.ArrivedAsync<Begun>(10);
        await run.Traffic.SettledAsync(11);
        Assert.Equal(others.Order(), begun.Select(arrival => ((Begun)arrival.Message).ErrandId).Order());
        Assert.Equal(1, run.Traffic.Failed);
    }

    [Fact]
    public async Task State_of_every_kind_survives()
    {
        var payload = Enumerable.Range(0, 70_000).Select(i => (byte)(i * 31)).ToArray();
        var setup = await SetUpAsync() with
        {
            Hooks = new ErrandHooks
            {
                OnStep = (context, _) =>
                {
                    context.Saga.Remark = "Zoë \"Ω\" \\ \u0000\u0001 𝄞";
                    context.Saga.Waypoints =
                        [new Waypoint("a", [0x9000, ushort.MaxValue], TimeSpan.FromTicks(1)), new Waypoint("", [], TimeSpan.MaxValue)];
                    return Task.CompletedTask;
                },
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        var deadline = new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.FromHours(2));
        await run.SendAsync(new Begin(errandId) { Payload = payload, Deadline = deadline });
        await run.Traffic.SettledAsync(1);
        var saga = await LoadAsync(run, errandId);
        Assert.NotNull(saga);
        Assert.Equal("Running", saga.CurrentState);
        Assert.Equal(payload, saga.Payload);
        Assert.Null(saga.Secret);
        Assert.Equal("Zoë \"Ω\" \\ \u0000\u0001 𝄞", saga.Remark);
        Assert.Equal([0x9000, ushort.MaxValue], saga.Waypoints[0].Codes);
        Assert.Equal(("", TimeSpan.MaxValue), (saga.Waypoints[1].Name, saga.Waypoints[1].After));
        Assert.Equal(deadline, saga.Deadline);
    }

    [Fact]
    public async Task A_question_is_answered_and_changes_nothing()
    {
        await using var run = await ErrandRun.StartAsync(await SetUpAsync());
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);
        var client = run.Bus.CreateRequestClient<Ask>(new Uri($"exchange:{ErrandHost.Queue}"), RequestTimeout.After(m: 2));
        Assert.Equal(1, (await client.GetResponse<Status>(new Ask(errandId))).Message.Steps);
        Assert.Equal(-1, (await client.GetResponse<Status>(new Ask(NewId.NextGuid()))).Message.Steps);
    }

    [Fact]
    public async Task Sagas_past_their_deadline_are_handed_out_once_in_a_lease()
    {
        var time = new SetTime(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var setup = await SetUpAsync() with { Services = services => services.AddSingleton<TimeProvider>(time) };
        await using var run = await ErrandRun.StartAsync(setup);
        var (first, second, third, none) = (NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid());
        await run.SendAsync(new Begin(second) { Deadline = time.Now.AddMinutes(2) });
        await run.SendAsync(new Begin(first) { Deadline = time.Now.AddMinutes(1) });
        await run.SendAsync(new Begin(third) { Deadline = time.Now.AddMinutes(3) });
        await run.SendAsync(new Begin(none));
        await run.Traffic.SettledAsync(4);
        var deadlines = run.Services.GetRequiredService<ISagaDeadlines<ErrandState>>();
        Task<IReadOnlyList<Guid>> ClaimAsync(int limit) =>
            deadlines.ClaimDueAsync(saga => saga.CorrelationId, limit, TimeSpan.FromMinutes(10), CancellationToken.None);

        Assert.Empty(await ClaimAsync(10));
        time.Now = time.Now.AddMinutes(2);
        Assert.Equal([first], await ClaimAsync(1));
        Assert.Equal([second], await ClaimAsync(10));
        Assert.Empty(await ClaimAsync(10));
        await run.SendAsync(new Step(second, 1));
        await run.Traffic.SettledAsync(5);
        time.Now = time.Now.AddMinutes(11);
        Assert.Equal(new[] { first, third }.Order(), (await ClaimAsync(10)).Order());
    }

    protected static Task<ErrandState?> LoadAsync(ErrandRun run, Guid errandId) =>
        run.Services.GetRequiredService<ILoadSagaRepository<ErrandState>>().Load(errandId)!;
}

/// <summary>MassTransit's in-memory repository.</summary>
public sealed class InMemoryConformanceTests : Conformance
{
    protected override Task<ErrandSetup> SetUpAsync() => Task.FromResult(new ErrandSetup());
}

/// <summary>Sagas as rows.</summary>
[Collection("database")]
public sealed class PostgresConformanceTests(DatabaseServer server) : Conformance
{
    protected override async Task<ErrandSetup> SetUpAsync() => new() { Database = await server.CreateDatabaseAsync() };
}

/// <summary>Sagas as rows that are locked from the start.</summary>
[Collection("database")]
public sealed class LockedConformanceTests(DatabaseServer server) : Conformance
{
    protected override async Task<ErrandSetup> SetUpAsync() =>
        new()
        {
            Database = await server.CreateDatabaseAsync(),
            Repository = repository => repository.Concurrency = ConcurrencyMode.Pessimistic,
        };
}
