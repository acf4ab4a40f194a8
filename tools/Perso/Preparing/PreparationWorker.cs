using System.Security.Cryptography;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>A card object whose record was read and is sound so far.</summary>
/// <param name="Number">The record's.</param>
/// <param name="Identifier">The card object's.</param>
/// <param name="Inputs">The issuer's fields.</param>
/// <param name="Numbers">Its number of each of the profile's counters.</param>
sealed record CardInputs(
    long Number, string Identifier, IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, long> Numbers);

/// <summary>A thread of a preparation: its session with what it has derived in it.</summary>
sealed class PreparationWorker : IDisposable
{
    readonly FieldComputation _fields;
    readonly ISecuritySession _session;
    readonly CardholderCipher _cipher;
    readonly RecordPreparer _preparer;

    public PreparationWorker(PreparationPlan plan, FieldComputation fields, byte[] dataKey, CardKeyPool? pool)
    {
        _fields = fields;
        _session = plan.Module.OpenSession();
        Keys = new TransportKeys(_session, plan.Header.Keks[0], plan.Header.FileId.Span);
        _cipher = new CardholderCipher(dataKey, plan.Header.FileId.Span);
        _preparer = new RecordPreparer(plan.Profile, _session, Keys, _cipher, plan.Certificates, pool is null ? Generate : pool.Take);
    }

    /// <summary>The keys of the file.</summary>
    public TransportKeys Keys { get; }

    public (PreparedCard? Card, Refusal? Refusal) Prepare(CardInputs card)
    {
        try
        {
            return (_preparer.Prepare(card.Number, card.Identifier, _fields.Compute(_session, card.Inputs, card.Numbers)), null);
        }
        catch (PreparedJobException e)
        {
            return (null, new Refusal(card.Number, card.Identifier, e.Where, e.Reason));
        }
    }

    public void Dispose()
    {
        _cipher.Dispose();
        Keys.Dispose();
        _session.Dispose();
    }

    RSAParameters Generate(int bits, int exponent) => CardKeyPool.Generate(_session, new KeyPairSize(bits, exponent));
}
