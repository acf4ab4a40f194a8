namespace PersoMesh.AuditLog;

/// <summary>One thing that somebody did. Holds no secret and no cardholder data: whoever writes it answers for that.</summary>
/// <param name="Actor">Who: an operator's name, or a service's.</param>
/// <param name="Action">What, in a word that stays the same: <c>key.import</c>, <c>card.reissue</c>.</param>
/// <param name="Subject">To what: a key's label, a card object identifier, a session.</param>
public sealed record AuditRecord(string Actor, string Action, string Subject)
{
    /// <summary>Further facts, name to value; written in ordinal order of the names.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>A record with its place in the chain.</summary>
/// <param name="Number">Position in the log, from 1 without gaps.</param>
/// <param name="Time">When it was written, UTC.</param>
/// <param name="Record">What was done.</param>
/// <param name="Previous">SHA-256 of the entry before it, 32 bytes; zeros for the first.</param>
/// <param name="Hash">SHA-256 of this entry's canonical form, 32 bytes; it covers <paramref name="Previous"/>.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset Time, AuditRecord Record, ReadOnlyMemory<byte> Previous, ReadOnlyMemory<byte> Hash)
{
    /// <summary>True for the signature over everything before it.</summary>
    public bool IsSeal => Record.Action == AuditSeal.Action;
}
