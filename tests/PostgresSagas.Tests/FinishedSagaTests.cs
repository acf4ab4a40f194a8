using MassTransit;
using PersoMesh.PostgresSagas.Tests.Support;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>Sagas that have ended, and the messages that come too late.</summary>
[Collection("database")]
public sealed class FinishedSagaTests(DatabaseServer server)
{
    [Fact]
    public async Task Late_repeats_are_answered_and_begin_nothing()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        var begin = await run.SendAsync(new Begin(errandId) { Deadline = DateTimeOffset.UnixEpoch });
        await run.Traffic.SettledAsync(1);
        var finish = await run.SendAsync(new Finish(errandId));
        await run.Traffic.SettledAsync(2);
        var row = await run.ReadRowAsync(errandId);
        Assert.True(row!.IsFinished);
        Assert.Null(row.Deadline);

        await run.SendAsync(new Finish(errandId), finish);
        await run.Traffic.SettledAsync(3);
        await run.SendAsync(new Begin(errandId), begin);
        await run.Traffic.SettledAsync(4);
        var finished = await run.Traffic.ArrivedAsync<Finished>(2);
        Assert.Single(finished.Select(arrival => (arrival.MessageId, arrival.Body)).Distinct());
        Assert.Single(run.Traffic.Departures, departure => departure.Type == nameof(Begun));
        Assert.Equal((0, 2), (run.Traffic.Failed, (await run.ReadRowAsync(errandId))!.Version));
    }

    [Fact]
    public async Task New_messages_for_a_saga_that_has_ended_do_nothing()
    {
        var runs = 0;
        var setup = new ErrandSetup
        {
            Database = await server.CreateDatabaseAsync(),
            Hooks = new ErrandHooks { OnStep = (_, _) => Task.FromResult(Interlocked.Increment(ref runs)) },
        };
        await using var run = await ErrandRun.StartAsync(setup);
        var errandId = NewId.NextGuid();
        await run.SendAsync(new Begin(errandId));
        await run.Traffic.SettledAsync(1);
        await run.SendAsync(new Finish(errandId));
        await run.Traffic.SettledAsync(2);
        var sent = run.Traffic.Departures.Count;
        await run.SendAsync(new Begin(errandId));
        await run.SendAsync(new Flash(errandId));
        await run.SendAsync(new Step(errandId, 1));
        await run.SendAsync(new Finish(errandId));
        await run.Traffic.SettledAsync(6);
        Assert.Equal((0, sent, 1), (run.Traffic.Failed, run.Traffic.Departures.Count, runs));
        Assert.Equal(2, (await run.ReadRowAsync(errandId))!.Version);
    }

    [Fact]
    public async Task A_saga_of_one_message_is_remembered_too()
    {
        await using var run = await StartAsync();
        var errandId = NewId.NextGuid();
        var flash = await run.SendAsync(new Flash(errandId));
        await run.Traffic.SettledAsync(1);
        await run.SendAsync(new Flash(errandId), flash);
        await run.Traffic.SettledAsync(2);
        Assert.Single((await run.Traffic.ArrivedAsync<Finished>(2)).Select(arrival => arrival.MessageId).Distinct());
        Assert.Equal((1, true), await run.ReadRowAsync(errandId) is { } row ? (row.Version, row.IsFinished) : default);
    }

    [Fact]
    public async Task After_the_retention_only_what_was_sent_is_forgotten()
    {
        await using var run = await StartAsync();
        var (running, recent, old, unsent) = (NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid(), NewId.NextGuid());
        await run.SendAsync(new Begin(running));
        await run.SendAsync(new Flash(recent));
        await run.SendAsync(new Flash(old));
        await run.Traffic.SettledAsync(3);
        await run.Housekeeping.FlushAsync(CancellationToken.None);
        run.Traffic.BeforeSend = _ => throw new InvalidOperationException("The broker is away.");
        await run.SendAsync(new Flash(unsent));
        await run.Traffic.SettledAsync(4);
        await run.ExecuteAsync($"UPDATE errand SET finished_at = now() - interval '8 days' WHERE correlation_id IN ('{old}', '{unsent}')");
        Assert.Equal(1, await run.Housekeeping.PurgeAsync(CancellationToken.None));
        Assert.Null(await run.ReadRowAsync(old));
        foreach (var errandId in new[] { running, recent, unsent })
            Assert.NotNull(await run.ReadRowAsync(errandId));
    }

    async Task<ErrandRun> StartAsync() => await ErrandRun.StartAsync(new ErrandSetup { Database = await server.CreateDatabaseAsync() });
}
