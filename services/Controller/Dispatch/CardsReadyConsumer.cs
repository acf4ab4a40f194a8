using MassTransit;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Dispatch;

/// <summary>Takes ready cards in and wakes the sessions that waited for them.</summary>
sealed class CardsReadyConsumer(ICardDispatcher dispatcher) : IConsumer<CardsReady>
{
    public async Task Consume(ConsumeContext<CardsReady> context)
    {
        var woken = await dispatcher.AddAsync(context.Message.Job, context.Message.Cards, context.CancellationToken);
        foreach (var sessionId in woken)
            await context.Send(QueueNames.OwnSessions, new CardReserved(sessionId));
    }
}
