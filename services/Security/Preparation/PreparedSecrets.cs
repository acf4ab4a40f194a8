using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Security.Preparation;

/// <summary>Takes the secrets out of a record that an issuer prepared, once all its MACs were verified in the HSM.</summary>
static class PreparedSecrets
{
    /// <summary>Verifies and deciphers.</summary>
    /// <returns>The clear values in the order of the secrets; the caller zeroes them.</returns>
    /// <exception cref="PreparedJobException">A MAC is wrong, or the key encryption key is not there.</exception>
    public static byte[][] Open(
        ISecuritySession session, string cardObjectId, PreparedRecordReference reference, IReadOnlyList<SecretDescription> secrets)
    {
        using var ring = new TransportKeyRing(session, PreparedHeader.Decode(reference.Header));
        var record = PreparedRecord.Decode(ring.Header, reference.Number, reference.Modules);
        var applications = RecordOpening.Verify(ring, record);
        if (record.CardObjectId != cardObjectId)
            throw new PreparedJobException(null, "the record is another card's.");
        return [.. secrets.Select(secret => Decipher(ring, applications, secret))];
    }

    static byte[] Decipher(TransportKeyRing ring, IReadOnlyList<PreparedApplication> applications, SecretDescription secret)
    {
        var parameters = secret.Parts[0].Parameters;
        var application = applications[int.Parse(parameters["application"])];
        return RecordOpening.Decipher(ring, application, application.Groupings[int.Parse(parameters["grouping"])]);
    }
}
