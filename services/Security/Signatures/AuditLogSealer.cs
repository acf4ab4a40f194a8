using MassTransit;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Audit;
using PersoMesh.Keys;

namespace PersoMesh.Security.Signatures;

/// <summary>Seals the audit logs of the mesh with a key of the HSM.</summary>
sealed class AuditLogSealer(ISecurityModule module) : IConsumer<SealAuditLog>
{
    /// <summary>Label of the AES key that signs seals, here as in <c>perso keys</c>.</summary>
    public const string KeyLabel = "PERSOMESH-AUDIT";

    public Task Consume(ConsumeContext<SealAuditLog> context) => context.RespondAsync(Seal(context.Message));

    AuditLogSealed Seal(SealAuditLog request)
    {
        var signer = new CmacAuditSigner(module, KeyLabel);
        try
        {
            return new AuditLogSealed(signer.Algorithm, signer.Key, signer.Sign(AuditSeal.Message(request.Number, request.Previous)));
        }
        catch (SecurityModuleException e)
        {
            return new AuditLogSealed(signer.Algorithm, signer.Key, null, e.Message);
        }
    }
}
