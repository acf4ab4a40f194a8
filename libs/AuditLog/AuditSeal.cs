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
public static class AuditSeal
{
    /// <summary>The action of a seal.</summary>
    public const string Action = "audit.seal";

    internal const string Algorithm = "algorithm";
    internal const string Key = "key";
    internal const string Signature = "signature";

    /// <summary>What the signature of a seal is over.</summary>
    /// <param name="number">The seal's own number.</param>
    /// <param name="previous">Hash of the entry before it, 32 bytes.</param>
    public static byte[] Message(long number, ReadOnlySpan<byte> previous) =>
        Encoding.ASCII.GetBytes($"PersoMesh audit seal {number} {Convert.ToHexStringLower(previous)}");

    /// <summary>The record of a seal.</summary>
    /// <param name="number">The seal's own number.</param>
    /// <param name="signature">The signature over its <see cref="Message"/>.</param>
    public static AuditRecord Create(long number, AuditSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return new AuditRecord("audit log", Action, $"records 1 to {number - 1}")
        {
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Algorithm] = signature.Algorithm,
                [Key] = signature.Key,
                [Signature] = Convert.ToHexStringLower(signature.Value.Span),
            },
        };
    }

    internal static AuditRecord Create(IAuditSigner signer, long number, ReadOnlySpan<byte> previous) =>
        Create(number, new AuditSignature(signer.Algorithm, signer.Key, signer.Sign(Message(number, previous))));
}

/// <summary>A signature as a seal holds it.</summary>
/// <param name="Algorithm"><c>AES-CMAC</c>.</param>
/// <param name="Key">Label of the key.</param>
/// <param name="Value">The signature.</param>
public sealed record AuditSignature(string Algorithm, string Key, ReadOnlyMemory<byte> Value);
