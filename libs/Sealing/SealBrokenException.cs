namespace PersoMesh.Sealing;

/// <summary>A sealed payload does not open. Says what and whose it was to be, and why; nothing of its content.</summary>
/// <param name="purpose">What the payload was to be.</param>
/// <param name="subject">Whose it was to be.</param>
/// <param name="reason">What is wrong.</param>
public sealed class SealBrokenException(string purpose, string subject, string reason)
    : Exception($"Sealed {purpose} of '{subject}' does not open: {reason}.");
