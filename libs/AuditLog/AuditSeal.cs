using System.Text;

namespace PersoMesh.AuditLog;

/// <summary>Signs seals with a key that whoever can write the file cannot use otherwise: one of an HSM.</summary>
public interface IAuditSigner
{
    /// <summary>The key's label: it is written into the seal.</summary>
    string Key { get; }

    /// <summary>The algorithm as it is written into the seal: <c>AES-CMAC</c>.</summary>
    string Algorithm { get; }

    /// <summary>Signs a message of any length.</summary>
    byte[] Sign(ReadOnlySpan<byte> message);
}

/// <summary>Checks the signatures of seals.</summary>
public interface IAuditSignatureVerifier
{
    /// <summary>Whether the signature is that of the key over the message.</summary>
    /// <param name="key">Label of the key, from the seal.</param>
    /// <param name="algorithm">Algorithm, from the seal.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <returns>False also when the key or the algorithm is not one that this verifier accepts.</returns>
    bool Verify(string key, string algorithm, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}

/// <summary>A seal: an entry whose details hold a signature over its number and the hash before it, hence over everything before it.</summary>
static class AuditSeal
{
    public const string Action = "audit.seal";
    public const string Algorithm = "algorithm";
    public const string Key = "key";
    public const string Signature = "signature";

    public static byte[] Message(long number, ReadOnlySpan<byte> previous) =>
        Encoding.ASCII.GetBytes($"PersoMesh audit seal {number} {Convert.ToHexStringLower(previous)}");

    public static AuditRecord Create(IAuditSigner signer, long number, ReadOnlySpan<byte> previous) => new(
        "audit log", Action, $"records 1 to {number - 1}")
    {
        Details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Algorithm] = signer.Algorithm,
            [Key] = signer.Key,
            [Signature] = Convert.ToHexStringLower(signer.Sign(Message(number, previous))),
        },
    };
}
