namespace PersoMesh.Contracts.Audit;

/// <summary>Request to Security: sign a seal of the audit log. Security signs nothing but the text that docs/audit-log.md gives for these two.</summary>
/// <param name="Number">The seal's own number in the log.</param>
/// <param name="Previous">Hash of the record before it, 32 bytes.</param>
public sealed record SealAuditLog(long Number, byte[] Previous);

/// <summary>Answer to <see cref="SealAuditLog"/>.</summary>
/// <param name="Algorithm"><c>AES-CMAC</c>.</param>
/// <param name="Key">Label of the key.</param>
/// <param name="Signature">The signature; null when there is none.</param>
/// <param name="Fault">Why there is none, and what to do; null otherwise.</param>
public sealed record AuditLogSealed(string Algorithm, string Key, byte[]? Signature, string? Fault = null);
