using System.Security.Cryptography;
using MassTransit;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.SagaBench;

/// <summary>
/// Sends errands on their way, so many at a time: each gets its next message when it has answered the one before, as a session of
/// a card does.
/// </summary>
sealed class BenchDriver(BenchLoad load) : IConsumer<Begun>, IConsumer<Stepped>, IConsumer<Note>, IConsumer<Finished>
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _begun;
    int _finished;

    /// <summary>Messages that the saga consumes in a run.</summary>
    public int Messages => load.Errands * (load.Steps + 2);

    public async Task RunAsync(IBus bus)
    {
        var saga = await bus.GetSendEndpoint(Saga);
        for (var i = 0; i < Math.Min(load.Parallel, load.Errands); i++)
            await BeginAsync(saga);
        await _done.Task;
    }

    public async Task Consume(ConsumeContext<Begun> context) =>
        await (await context.GetSendEndpoint(Saga)).Send(Next(context.Message.ErrandId, 1));

    public async Task Consume(ConsumeContext<Stepped> context)
    {
        var saga = await context.GetSendEndpoint(Saga);
        if (context.Message.Count < load.Steps)
            await saga.Send(Next(context.Message.ErrandId, context.Message.Count + 1));
        else
            await saga.Send(new Finish(context.Message.ErrandId));
    }

    public Task Consume(ConsumeContext<Note> context) => Task.CompletedTask;

    public async Task Consume(ConsumeContext<Finished> context)
    {
        await BeginAsync(await context.GetSendEndpoint(Saga));
        if (Interlocked.Increment(ref _finished) == load.Errands)
            _done.SetResult();
    }

    static Uri Saga { get; } = new($"exchange:{ErrandHost.Queue}");

    async Task BeginAsync(ISendEndpoint saga)
    {
        if (Interlocked.Increment(ref _begun) <= load.Errands)
            await saga.Send(new Begin(NewId.NextGuid()) { Payload = RandomNumberGenerator.GetBytes(load.StateSize) });
    }

    Step Next(Guid errandId, int number) => new(errandId, number) { AnswerSize = load.AnswerSize };
}
