using MassTransit;
using PersoMesh.PostgresSagas.Tests.Support;
using PersoMesh.SagaBench;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>Processes that are killed (SIGKILL) while they consume a message; another one takes over. Real broker, real database.</summary>
[Collection("broker")]
public sealed class CrashTests(DatabaseServer server, BrokerServer broker)
{
    [Theory]
    [InlineData(CrashPoint.BeforeTheTransaction, false, 0)]
    [InlineData(CrashPoint.BeforePublishing, true, 0)]
    [InlineData(CrashPoint.BetweenTwoPublishes, true, 1)]
    [InlineData(CrashPoint.BeforeTheAcknowledgement, true, 2)]
    public async Task Killed_at_any_point_nothing_is_lost_and_nothing_happens_twice(CrashPoint point, bool isWritten, int leftBefore)
    {
        var database = await server.CreateDatabaseAsync();
        await using var listener = await ErrandRun.StartAsync(
            new ErrandSetup { Database = database, BrokerPort = broker.Port, Concurrency = 0 });
        var errandId = NewId.NextGuid();
        Guid begin;
        await using (var doomed = await WorkerProcess.StartAsync(database, broker.Port, point))
        {
            begin = await listener.SendAsync(new Begin(errandId));
            await listener.Traffic.ArrivedAsync<Begun>(1);
            await listener.SendAsync(new Step(errandId, 1) { AnswerSize = 100 });
            await doomed.DeathAsync();
        }

        var row = await listener.ReadRowAsync(errandId);
        Assert.Equal(isWritten ? 2 : 1, row!.Version);
        var before = await WaitForAsync(listener, leftBefore);
        Assert.Equal(leftBefore, before.Length);

        // The broker gives the message, which nobody acknowledged, to the next worker: the answers go out, again where they had.
        await using (await WorkerProcess.StartAsync(database, broker.Port, CrashPoint.Never))
        {
            await WaitForAsync(listener, leftBefore + 2);
            await listener.SendAsync(new Finish(errandId));
            Assert.Equal(new Finished(errandId, 1), Assert.Single(await listener.Traffic.ArrivedAsync<Finished>(1)).Message);
        }

        var answers = Answers(listener);
        Assert.Equal(leftBefore + 2, answers.Length);
        Assert.Equal(2, answers.Select(arrival => arrival.MessageId).Distinct().Count());
        foreach (var copies in answers.GroupBy(arrival => arrival.MessageId))
            Assert.Single(copies.Select(arrival => arrival.Body).Distinct());
        row = await listener.ReadRowAsync(errandId);
        Assert.Equal(3, row!.Version);
        Assert.True(row.IsFinished);
        // Whether the dead one had noted that its first answer left is left to chance; a sweep would send it again.
        Assert.Empty(row.Unsent.Except([begin]));
        Assert.Contains("\"Steps\":[1]", row.State, StringComparison.Ordinal);
    }

    static async Task<Arrival[]> WaitForAsync(ErrandRun listener, int answers)
    {
        await listener.Traffic.AnswersAsync(answers);
        return Answers(listener);
    }

    static Arrival[] Answers(ErrandRun listener) => [.. listener.Traffic.Arrivals.Where(arrival => arrival.Message is Stepped or Note)];
}
