using MassTransit;
using PersoMesh.PostgresSagas.Tests.Support;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>Messages that come more than once.</summary>
[Collection("database")]
public sealed class RedeliveryTests(DatabaseServer server)
{
    [Fact]
    public async Task Every_message_twice_moves_each_saga_once()
    {
        await using var run = await StartAsync();
        var errands = Enumerable.Range(0, 50).Select(_ => NewId.NextGuid()).ToArray();
        await TwiceAsync(run, errands, errandId => new Begin(errandId));
        await run.Traffic.SettledAsync(100);
        await TwiceAsync(run, errands, errandId => new Step(errandId, 1));
        await run.Traffic.SettledAsync(200);
        await TwiceAsync(run, errands, errandId => new Finish(errandId));
        await run.Traffic.SettledAsync(300);

        Assert.Equal(0, run.Traffic.Failed);
        foreach (var errandId in errands)
            Assert.Equal((3, true), await run.ReadRowAsync(errandId) is { } row ? (row.Version, row.IsFinished) : default);
        foreach (var type in new[] { nameof(Begun), nameof(Stepped), nameof(Note), nameof(Finished) })
            Assert.Equal(50, run.Traffic.Departures.Where(departure => departure.Type == type).Distinct().Count());
    }

    [Fact]
    public async Task A_repeat_is_answered_with_the_same_messages_to_the_byte()
    {
        var setup = new ErrandSetup
        {
            Database = await server.CreateDatabaseAsync(),
            Hooks = new ErrandHooks
            {
                OnStep = (context, _) => context.Send(ErrandMachine.Notes, new Note(context.Saga.CorrelationId, 99, [1, 2, 3]), note =>
                {
                    note.Headers.Set("text", "Zoë");
                    note.Headers.Set("number", 12345678901L);
                    note.CorrelationId = context.Saga.CorrelationId;
                }),
            },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        var messageId = await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);
        await run.SendAsync(new Step(errandId, 1), messageId);
        await run.Traffic.SettledAsync(3);
        await run.SendAsync(new Step(errandId, 1), messageId);
        await run.Traffic.SettledAsync(4);

        await run.Traffic.ArrivedAsync<Stepped>(3);
        await run.Traffic.ArrivedAsync<Note>(7);
        var repeated = run.Traffic.Arrivals.GroupBy(arrival => arrival.MessageId).Where(copies => copies.Count() == 3).ToArray();
        Assert.Equal(3, repeated.Length);
        foreach (var copies in repeated)
            Assert.Single(copies.Select(arrival => (arrival.Body, arrival.Headers)).Distinct());
        Assert.Contains(run.Traffic.Arrivals, arrival => arrival.Headers.Contains("text=Zoë", StringComparison.Ordinal));
        Assert.Equal(2, (await run.ReadRowAsync(errandId))?.Version);
    }

    [Fact]
    public async Task Two_copies_at_the_same_time_move_the_saga_once()
    {
        // Both copies are in the state machine before either is written.
        var inside = new CountdownEvent(2);
        var setup = new ErrandSetup
        {
            Database = await server.CreateDatabaseAsync(),
            Hooks = new ErrandHooks
            {
                OnStep = async (_, number) =>
                {
                    if (number == 1 && !inside.IsSet)
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
        var messageId = NewId.NextGuid();
        await Task.WhenAll(run.SendAsync(new Step(errandId, 1), messageId), run.SendAsync(new Step(errandId, 1), messageId));
        await run.Traffic.SettledAsync(3);

        Assert.Equal(2, (await run.ReadRowAsync(errandId))?.Version);
        Assert.Equal(2, run.Traffic.Departures.Count(departure => departure.Type == nameof(Note)));
        Assert.Single(run.Traffic.Departures.Where(departure => departure.Type == nameof(Note)).Distinct());
    }

    [Fact]
    public async Task A_repeat_of_an_older_message_changes_and_sends_nothing()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        var first = await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);
        await run.SendAsync(new Step(errandId, 2));
        await run.Traffic.SettledAsync(3);
        var sent = run.Traffic.Departures.Count;
        await run.SendAsync(new Step(errandId, 1), first);
        await run.Traffic.SettledAsync(4);
        Assert.Equal(sent, run.Traffic.Departures.Count);
        Assert.Equal(3, (await run.ReadRowAsync(errandId))?.Version);
    }

    [Fact]
    public async Task Answers_that_did_not_leave_outlast_later_messages()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        run.Traffic.BeforeSend = _ => throw new InvalidOperationException("The broker is away.");
        var first = await run.SendAsync(new Step(errandId, 1));
        await run.Traffic.SettledAsync(2);
        run.Traffic.BeforeSend = null;
        var second = await run.SendAsync(new Step(errandId, 2));
        await run.Traffic.SettledAsync(3);
        Assert.Equal([first, second], (await run.ReadRowAsync(errandId))!.Unsent);
        Assert.Equal([2], (await run.Traffic.ArrivedAsync<Note>(1)).Select(arrival => ((Note)arrival.Message).Number));
        await run.SendAsync(new Step(errandId, 1), first);
        Assert.Equal([2, 1], (await run.Traffic.ArrivedAsync<Note>(2)).Select(arrival => ((Note)arrival.Message).Number));
        await run.Traffic.SettledAsync(4);
        await run.Housekeeping.FlushAsync(CancellationToken.None);
        Assert.Empty((await run.ReadRowAsync(errandId))!.Unsent);
        Assert.Equal(0, run.Traffic.Failed);
    }

    [Fact]
    public async Task The_memory_holds_as_many_messages_as_it_was_told()
    {
        var setup = new ErrandSetup
        {
            Database = await server.CreateDatabaseAsync(),
            Repository = repository => repository.RememberedMessages = 3,
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        var ids = new List<Guid>();
        for (var number = 1; number <= 4; number++)
        {
            ids.Add(await run.SendAsync(new Step(errandId, number)));
            await run.Traffic.SettledAsync(number + 1);
        }

        Assert.Equal(ids[1..], (await run.ReadRowAsync(errandId))!.Consumed);
        await run.SendAsync(new Step(errandId, 2), ids[1]);
        await run.Traffic.SettledAsync(6);
        Assert.Equal(5, (await run.ReadRowAsync(errandId))!.Version);
        await run.SendAsync(new Step(errandId, 1), ids[0]);
        await run.Traffic.SettledAsync(7);
        Assert.Equal(6, (await run.ReadRowAsync(errandId))!.Version);
    }

    [Fact]
    public async Task A_message_without_an_identifier_is_refused()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        var endpoint = await run.Bus.GetSendEndpoint(new Uri("exchange:errands"));
        await endpoint.Send(new Begin(errandId), context => context.MessageId = null);
        await run.Traffic.SettledAsync(1);
        Assert.Equal(1, run.Traffic.Failed);
        Assert.Null(await run.ReadRowAsync(errandId));
    }

    async Task<ErrandRun> StartAsync() => await ErrandRun.StartAsync(new ErrandSetup { Database = await server.CreateDatabaseAsync() });

    static async Task TwiceAsync<T>(ErrandRun run, Guid[] errands, Func<Guid, T> create)
        where T : class
    {
        await Task.WhenAll(errands.Select(async errandId =>
        {
            var messageId = await run.SendAsync(create(errandId));
            await run.SendAsync(create(errandId), messageId);
        }));
    }
}
