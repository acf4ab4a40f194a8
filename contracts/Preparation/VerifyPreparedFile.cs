namespace PersoMesh.Contracts.Preparation;

/// <summary>Request to Security: verify the MAC of a file that an issuer prepared, before any of its records is handed on.</summary>
/// <param name="Header">The content of the file's header.</param>
/// <param name="Count">The trailer's number of records.</param>
/// <param name="Mac">The trailer's MAC.</param>
/// <param name="Places">Records that were counted in the file.</param>
public sealed record VerifyPreparedFile(byte[] Header, long Count, byte[] Mac, long Places);

/// <summary>Answer to <see cref="VerifyPreparedFile"/>.</summary>
/// <param name="Fault">Why the file is refused as a whole; null when it is good.</param>
/// <param name="SealedDataKeys">
/// The file's keys for cardholder data, 32 bytes for each key encryption key of the header, sealed (purpose <c>prepared-data-keys</c>, subject
/// = file identifier in hexadecimal); null with a fault.
/// </param>
public sealed record PreparedFileVerified(string? Fault, byte[]? SealedDataKeys = null);
