using MassTransit;
using PersoMesh.Contracts.Session;
using PersoMesh.GlobalPlatform;
using PersoMesh.Keys;
using PersoMesh.Security.VirtualCards;
using PersoMesh.SmartCard;
using PersoMesh.VirtualCards.Sealing;

namespace PersoMesh.Security.Sessions;

/// <summary>Answers a session's request to open its channel and protect its script.</summary>
sealed class ProtectScriptConsumer(ScriptProtector protector) : IConsumer<ProtectScript>
{
    public async Task Consume(ConsumeContext<ProtectScript> context)
    {
        using var span = SecurityTelemetry.StartCard("protect script", context.Message.CardObjectId, context.Message.SessionId);
        try
        {
            await context.Send(SessionQueue.Address, protector.Protect(context.Message));
        }
        catch (Exception e) when (e is SecureChannelException or CardDataException or KeyNotFoundInModuleException or CardNotBlankException or SealedImageException)
        {
            await context.Send(SessionQueue.Address, new ScriptRefused(
                context.Message.SessionId, e.Message, e is CardCryptogramMismatchException, IsForeseen: context.Message.Foreseen is not null));
        }
    }
}
