using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>The keys of a pass over a file, in a session of their own.</summary>
sealed class PassKeys : IDisposable
{
    readonly ISecuritySession _session;
    readonly TransportKeyRing _ring;

    public PassKeys(PreparationPlan plan)
    {
        _session = plan.Module.OpenSession();
        using (var begun = new TransportKeyRing(_session, plan.Header))
        {
            var withDataKey = plan.Header.DataKeys.Count;
            var added = Enumerable.Range(withDataKey, plan.Header.Keks.Count - withDataKey).Select(kek => MakeDataKey(begun.Get(kek)));
            Header = plan.Header with
            {
                PassId = RandomNumberGenerator.GetBytes(PreparedHeader.FileIdLength),
                DataKeys = [.. plan.Header.DataKeys, .. added],
            };
        }

        _ring = new TransportKeyRing(_session, Header);
        DataKey = RecordOpening.DecipherDataKey(_ring, plan.Kek);
        Sealing = new RecordSealing(Header, _ring.Get(plan.Kek), _ring.Sealing);
    }

    /// <summary>The header of the file that the pass writes, with all data keys; numbers of records are filled in by its writer.</summary>
    public PreparedHeader Header { get; }

    /// <summary>The data key of the pass's key encryption key.</summary>
    public byte[] DataKey { get; }

    /// <summary>Puts what is prepared into records.</summary>
    public RecordSealing Sealing { get; }

    /// <summary>For the file's MAC.</summary>
    public TransportKeys SealingKeys => _ring.Sealing;

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(DataKey);
        _ring.Dispose();
        _session.Dispose();
    }

    static ReadOnlyMemory<byte> MakeDataKey(TransportKeys keys)
    {
        var dataKey = RandomNumberGenerator.GetBytes(CardholderCipher.KeyLength);
        var enciphered = keys.Encipher(dataKey);
        CryptographicOperations.ZeroMemory(dataKey);
        return enciphered;
    }
}
