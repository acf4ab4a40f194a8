using MassTransit;
using PersoMesh.PostgresSagas.Tests.Support;
using PersoMesh.SagaBench;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>What only a real broker does.</summary>
[Collection("broker")]
public sealed class BrokerTests(DatabaseServer server, BrokerServer broker) : IAsyncLifetime
{
    ErrandSetup _setup = null!;

    public async Task InitializeAsync() =>
        _setup = new ErrandSetup { Database = await server.CreateDatabaseAsync(), BrokerPort = broker.Port };

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Every_message_twice_moves_each_saga_once()
    {
        await using var run = await ErrandRun.StartAsync(_setup);
        var errands = Enumerable.Range(0, 100).Select(_ => NewId.NextGuid()).ToArray();
        await Task.WhenAll(errands.Select(async errandId =>
        {
            var messageId = await run.SendAsync(new Begin(errandId));
            await run.SendAsync(new Begin(errandId), messageId);
        }));
        await run.Traffic.SettledAsync(200);
        await Task.WhenAll(errands.Select(async errandId =>
        {
            var messageId = await run.SendAsync(new Step(errandId, 1));
            await run.SendAsync(new Step(errandId, 1), messageId);
        }));
        await run.Traffic.SettledAsync(400);
        foreach (var errandId in errands)
            Assert.Equal(2, (await run.ReadRowAsync(errandId))!.Version);
        Assert.Equal(0, run.Traffic.Failed);
        Assert.Equal(100, run.Traffic.Departures.Where(departure => departure.Type == nameof(Note)).Distinct().Count());
        Assert.Equal(100, run.Traffic.Departures.Where(departure => departure.Type == nameof(Stepped)).Distinct().Count());
    }

    [Fact]
    public async Task A_mandatory_answer_that_no_queue_takes_stays_until_one_does()
    {
        var nowhere = new Uri($"exchange:nobody-{NewId.NextGuid():N}");
        var setup = _setup with
        {
            Hooks = new ErrandHooks
            {
                OnStep = (context, _) => context.Send(
                    nowhere, new Note(context.Saga.CorrelationId, 1, []), note => ((RabbitMqSendContext)note).Mandatory = true),
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        Assert.Equal(0, run.Traffic.Failed);
        Assert.Single((await run.ReadRowAsync(errandId))!.Unsent);
        await run.MakeUnsentDueAsync();
        Assert.Equal(0, await run.Housekeeping.SweepAsync(CancellationToken.None));

        var handle = run.Bus.ConnectReceiveEndpoint(nowhere.AbsolutePath, endpoint => endpoint.Instance(run.Traffic));
        await handle.Ready;
        await run.MakeUnsentDueAsync();
        Assert.Equal(1, await run.Housekeeping.SweepAsync(CancellationToken.None));
        await run.Traffic.ArrivedAsync<Note>(1);
        Assert.Empty((await run.ReadRowAsync(errandId))!.Unsent);
    }

    [Fact]
    public async Task A_request_is_answered_from_another_process_than_asked()
    {
        await using var run = await ErrandRun.StartAsync(_setup);
        await using var other = await ErrandRun.StartAsync(_setup with { Concurrency = 0, HasListeners = false });
        var client = other.Bus.CreateRequestClient<Ask>(new Uri($"exchange:{ErrandHost.Queue}"), RequestTimeout.After(m: 2));
        Assert.Equal(-1, (await client.GetResponse<Status>(new Ask(NewId.NextGuid()))).Message.Steps);
    }

    [Fact]
    public async Task A_database_that_crashes_and_comes_back_loses_nothing_and_repeats_nothing()
    {
        const int Errands = 20;
        const int Steps = 10;
        await using var run = await ErrandRun.StartAsync(_setup with { WaitsForDatabase = true, Retry = retry => retry.None() });
        var errands = Enumerable.Range(0, Errands).Select(_ => NewId.NextGuid()).ToArray();
        foreach (var errandId in errands)
            await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(Errands);
        var sending = Task.WhenAll(errands.Select(async errandId =>
        {
            for (var number = 1; number <= Steps; number++)
                await run.SendAsync(new Step(errandId, number));
        }));
        await run.Traffic.SettledAsync(Errands + 20);
        await server.Server.CrashAsync();
        await server.Server.RestartAsync(CancellationToken.None);
        await sending;
        await run.Traffic.SettledAsync(Errands * (Steps + 1));

        Assert.Equal(0, run.Traffic.Failed);
        foreach (var errandId in errands)
            Assert.Equal(Steps + 1, (await run.ReadRowAsync(errandId))!.Version);
        var notes = await run.Traffic.ArrivedAsync<Note>(Errands * Steps);
        var steps = notes.Select(arrival => (Note)arrival.Message).Select(note => (note.ErrandId, note.Number));
        Assert.Equal(Errands * Steps, steps.Distinct().Count());
        Assert.Equal(Errands * Steps, notes.Select(arrival => arrival.MessageId).Distinct().Count());
    }
}
