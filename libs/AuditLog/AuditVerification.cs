namespace PersoMesh.AuditLog;

/// <summary>What is wrong at one place of a log.</summary>
public enum AuditFault
{
    /// <summary>The record's content is not what its hash, or the hash in the record after it, says.</summary>
    Changed,

    /// <summary>Records are missing.</summary>
    Removed,

    /// <summary>A record stands elsewhere than its number says.</summary>
    Reordered,

    /// <summary>A record is there twice.</summary>
    Repeated,

    /// <summary>A seal's signature does not fit: somebody without the key wrote the chain before it anew.</summary>
    SealBroken,

    /// <summary>The last line has no end: a crash cut it, or somebody did.</summary>
    Cut,
}

/// <summary>A fault.</summary>
/// <param name="Fault">The kind.</param>
/// <param name="Number">The first record concerned.</param>
/// <param name="Line">Line of the file, from 1, where it was noticed.</param>
/// <param name="Text">A sentence for an operator.</param>
public sealed record AuditFinding(AuditFault Fault, long Number, long Line, string Text);

/// <summary>What a verification found.</summary>
/// <param name="Records">Lines that are entries, seals included.</param>
/// <param name="Seals">Seals among them.</param>
/// <param name="SealsChecked">Seals whose signature was checked; 0 without a verifier.</param>
/// <param name="Unsealed">Records after the last seal: a change of these shows only against a hash kept elsewhere.</param>
/// <param name="Head">
/// The last entry's hash, 64 lower-case hexadecimal digits: keep it elsewhere, and records cut off the end show too.
/// </param>
/// <param name="Findings">What is wrong, in the file's order; at most 1000.</param>
public sealed record AuditVerification(
    long Records, long Seals, long SealsChecked, long Unsealed, string Head, IReadOnlyList<AuditFinding> Findings)
{
    /// <summary>True when nothing is wrong.</summary>
    public bool IsIntact => Findings.Count == 0;
}
