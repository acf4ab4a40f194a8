using MassTransit;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Dispatch;

/// <summary>Carries out an operator's orders, which Ingest hands on, and reports what came of them.</summary>
sealed class JobOrdersConsumer(ICardDispatcher dispatcher) : IConsumer<ControlJob>, IConsumer<RemakeCards>, IConsumer<ResolveCard>, IConsumer<ResumePool>
{
    public async Task Consume(ConsumeContext<ControlJob> context) =>
        await WakeAsync(context, await dispatcher.ControlAsync(context.Message.Job, context.Message.Control, context.Message.Version, context.CancellationToken));

    public async Task Consume(ConsumeContext<RemakeCards> context)
    {
        var (jobId, ids) = (context.Message.JobId, context.Message.CardObjectIds);
        var remade = await dispatcher.RemakeAsync(jobId, ids, context.CancellationToken);
        if (remade.Cards.Count > 0)
            await context.Publish(new CardsRemade(jobId, remade.Cards), context.CancellationToken);
        await WakeAsync(context, remade.Woken);
    }

    public async Task Consume(ConsumeContext<ResolveCard> context)
    {
        var (jobId, cardObjectId, isGood) = (context.Message.JobId, context.Message.CardObjectId, context.Message.IsGood);
        if (await dispatcher.ResolveAsync(jobId, cardObjectId, isGood, context.CancellationToken) is not { } resolved)
            return;
        await context.Publish(new CardResolved(jobId, cardObjectId, isGood, resolved.Cards[0].Attempts), context.CancellationToken);
        await WakeAsync(context, resolved.Woken);
    }

    public async Task Consume(ConsumeContext<ResumePool> context)
    {
        var woken = await dispatcher.ResumePoolAsync(context.Message.Pool, context.CancellationToken);
        await context.Publish(new PoolResumed(context.Message.Pool), context.CancellationToken);
        await WakeAsync(context, woken);
    }

    static async Task WakeAsync(ConsumeContext context, IReadOnlyList<Guid> woken)
    {
        foreach (var sessionId in woken)
            await context.Send(QueueNames.OwnSessions, new CardReserved(sessionId));
    }
}
