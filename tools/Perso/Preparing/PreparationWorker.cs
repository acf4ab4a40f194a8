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
    readonly TransportKeys _keys;
    readonly CardholderCipher _cipher;
    readonly RecordPreparer _preparer;

    public PreparationWorker(PreparationPlan plan, FieldComputation fields, PassKeys keys, CardKeyPool? pool)
    {
        _fields = fields;
        _session = plan.Module.OpenSession();
        _keys = new TransportKeys(_session, keys.Header.Keks[plan.Kek], keys.Header.FileId.Span);
        _cipher = new CardholderCipher(keys.DataKey, keys.Header.FileId.Span);
        _preparer = new RecordPreparer(
            plan.Pass, _session, _keys, plan.Kek, _cipher, plan.Certificates, pool is null ? Generate : pool.Take);
    }

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
        _keys.Dispose();
        _session.Dispose();
    }

    RSAParameters Generate(int bits, int exponent) => CardKeyPool.Generate(_session, new KeyPairSize(bits, exponent));
}
