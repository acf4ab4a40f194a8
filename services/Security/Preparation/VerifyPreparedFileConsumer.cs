using MassTransit;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Security.Preparation;

/// <summary>Verifies the MAC of a prepared file in the HSM before its first card.</summary>
sealed class VerifyPreparedFileConsumer(ISecurityModule module) : IConsumer<VerifyPreparedFile>
{
    public Task Consume(ConsumeContext<VerifyPreparedFile> context) => context.RespondAsync(new PreparedFileVerified(Fault(context.Message)));

    string? Fault(VerifyPreparedFile file)
    {
        try
        {
            using var session = module.OpenSession();
            using var ring = new TransportKeyRing(session, PreparedHeader.Decode(file.Header));
            RecordOpening.VerifyFile(ring, new PreparedTrailer(file.Count, file.Mac), file.Places);
            return null;
        }
        catch (PreparedJobException e)
        {
            return e.Message;
        }
    }
}
