using System.Security.Cryptography;
using MassTransit;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;
using PersoMesh.Sealing;

namespace PersoMesh.Security.Preparation;

/// <summary>Verifies the MAC of a prepared file in the HSM before its first card, and hands out its keys for cardholder data.</summary>
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
            var keys = DataKeys(ring);
            var payload = sealer.Seal("prepared-data-keys", Convert.ToHexString(ring.Header.FileId.Span), keys);
            CryptographicOperations.ZeroMemory(keys);
            return new PreparedFileVerified(Fault: null, payload);
        }
        catch (PreparedJobException e)
        {
            return new PreparedFileVerified(e.Message);
        }
    }

    static byte[] DataKeys(TransportKeyRing ring)
    {
        var keys = new byte[ring.Header.Keks.Count * CardholderCipher.KeyLength];
        for (var kek = 0; kek < ring.Header.Keks.Count; kek++)
        {
            var key = RecordOpening.DecipherDataKey(ring, kek);
            key.CopyTo(keys, kek * CardholderCipher.KeyLength);
            CryptographicOperations.ZeroMemory(key);
        }

        return keys;
    }
}
