using MassTransit;
using PersoMesh.Contracts.Session;
using PersoMesh.Security.VirtualCards;

namespace PersoMesh.Security.Sessions;

/// <summary>Answers a session's request to verify the card's answers.</summary>
sealed class VerifyResponsesConsumer(ScriptProtector protector, VirtualCardSessions virtualCards) : IConsumer<VerifyResponses>
{
    public async Task Consume(ConsumeContext<VerifyResponses> context)
    {
        var request = context.Message;
        var fault = VirtualCardState.IsState(request.SealedChannel)
            ? await virtualCards.VerifyAsync(request, context.CancellationToken)
            : protector.Verify(request);
        await context.Send(SessionQueue.Address, new ResponsesVerified(request.SessionId, fault));
    }
}

/// <summary>The Controller's queue for answers to sessions.</summary>
static class SessionQueue
{
    public static readonly Uri Address = new("exchange:card-session");
}
