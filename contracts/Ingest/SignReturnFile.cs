namespace PersoMesh.Contracts.Ingest;

/// <summary>Request to Security: sign a job's return file, which Ingest itself made of its account.</summary>
/// <param name="Job">The job's name, for Security's log.</param>
/// <param name="Digest">SHA-256 of the file, 32 bytes.</param>
public sealed record SignReturnFile(string Job, byte[] Digest);

/// <summary>Answer to <see cref="SignReturnFile"/>.</summary>
/// <param name="Signature">A detached CMS signature (RFC 5652), DER; null when there is none.</param>
/// <param name="Fault">Why there is none, and what to do; null otherwise.</param>
public sealed record ReturnFileSigned(byte[]? Signature, string? Fault = null);
