namespace PersoMesh.AuditLog;

/// <summary>The end of a chain of records, wherever the chain is kept. Not thread-safe.</summary>
public sealed class AuditChain
{
    byte[] _hash;

    /// <summary>Goes on with a chain.</summary>
    /// <param name="number">Number of its last entry; 0 when there is none yet.</param>
    /// <param name="hash">Hash of its last entry, 32 bytes; zeros when there is none yet.</param>
    public AuditChain(long number, ReadOnlySpan<byte> hash) => (Number, _hash) = (number, hash.ToArray());

    /// <summary>A chain without an entry.</summary>
    public static AuditChain Empty => new(0, new byte[AuditEncoding.HashLength]);

    /// <summary>Number of the last entry.</summary>
    public long Number { get; private set; }

    /// <summary>Hash of the last entry, 32 bytes.</summary>
    public ReadOnlyMemory<byte> Hash => _hash;

    /// <summary>Adds an entry.</summary>
    /// <param name="time">When the record was noted.</param>
    /// <param name="record">What was done.</param>
    /// <returns>The entry's line (docs/audit-log.md) without its end; UTF-8.</returns>
    public byte[] Add(DateTimeOffset time, AuditRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var (entry, line) = AuditEncoding.Encode(Number + 1, time, record, _hash);
        (Number, _hash) = (entry.Number, entry.Hash.ToArray());
        return line;
    }
}
