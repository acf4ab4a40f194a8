using System.Security.Cryptography;
using MassTransit;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;
using PersoMesh.Sealing;

namespace PersoMesh.Security.Preparation;

/// <summary>Verifies the MAC of a prepared file in the HSM before its first card, and hands out its key for cardholder data.</summary>
sealed class VerifyPreparedFileConsumer(ISecurityModule module, PayloadSealer sealer) : IConsumer<VerifyPreparedFile>
{
    public Task Consume(ConsumeContext<VerifyPreparedFile> context) => context.RespondAsync(Verify(context.Message));

    PreparedFileVerified Verify(VerifyPreparedFile file)
    {
        try
        {
            using var session = module.OpenSession();
            using var ring = new TransportKeyRing(session, PreparedHeader.Decode(file.Header));
            RecordOpening.VerifyFile(ring, new PreparedTrailer(file.Count, file.Mac), file.Places);
            var key = RecordOpening.DecipherDataKey(ring);
            var payload = sealer.Seal("prepared-data-key", Convert.ToHexString(ring.Header.FileId.Span), key);
            CryptographicOperations.ZeroMemory(key);
            return new PreparedFileVerified(Fault: null, payload);
        }
        catch (PreparedJobException e)
        {
            return new PreparedFileVerified(e.Message);
        }
    }
}
