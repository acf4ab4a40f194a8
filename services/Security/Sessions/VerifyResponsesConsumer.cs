using MassTransit;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Security.Sessions;

/// <summary>Answers a session's request to verify the card's answers.</summary>
sealed class VerifyResponsesConsumer(ScriptProtector protector) : IConsumer<VerifyResponses>
{
    public Task Consume(ConsumeContext<VerifyResponses> context) =>
        context.Send(SessionQueue.Address, new ResponsesVerified(context.Message.SessionId, protector.Verify(context.Message)));
}

/// <summary>The Controller's queue for answers to sessions.</summary>
static class SessionQueue
{
    public static readonly Uri Address = new("exchange:card-session");
}
