using MassTransit;
using PersoMesh.Contracts.Session;
using PersoMesh.Keys;
using PersoMesh.Security.VirtualCards;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.Security.Sessions;

/// <summary>Answers a session's request to go on with a card whose contact was lost.</summary>
sealed class ResumeScriptConsumer(VirtualCardSessions virtualCards) : IConsumer<ResumeScript>
{
    public async Task Consume(ConsumeContext<ResumeScript> context)
    {
        try
        {
            await context.Send(SessionQueue.Address, virtualCards.Resume(context.Message));
        }
        catch (Exception e) when (e is KeyNotFoundInModuleException or SealedImageException)
        {
            await context.Send(SessionQueue.Address, new ScriptRefused(context.Message.SessionId, e.Message, WrongCryptogram: false));
        }
    }
}
