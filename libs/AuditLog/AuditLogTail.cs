namespace PersoMesh.AuditLog;

/// <summary>Where a log goes on.</summary>
/// <param name="Number">The last entry's number; 0 when there is none.</param>
/// <param name="Hash">The last entry's hash.</param>
/// <param name="Unsealed">1 when the last entry is not a seal.</param>
sealed record AuditLogTail(long Number, byte[] Hash, int Unsealed)
{
    const int BlockLength = 64 * 1024;

    /// <summary>Finds the last whole line, takes off what a crash left after it, and leaves the file at its end.</summary>
    /// <exception cref="AuditLogException">The last line is no entry.</exception>
    public static AuditLogTail Read(FileStream file, string path)
    {
        var end = LastLineEnd(file, file.Length);
        if (end < file.Length)
            file.SetLength(end);
        file.Position = end;
        if (end == 0)
            return new AuditLogTail(0, new byte[AuditEncoding.HashLength], 0);
        var start = LastLineEnd(file, end - 1);
        var line = new byte[end - 1 - start];
        file.Position = start;
        file.ReadExactly(line);
        file.Position = end;
        var entry = AuditEncoding.Decode(line, out var computed);
        if (entry is null || !computed.AsSpan().SequenceEqual(entry.Hash.Span))
        {
            throw new AuditLogException(
                $"The last line of the audit log '{path}' is damaged: keep the file, look at it with 'perso audit verify', begin another one.");
        }

        return new AuditLogTail(entry.Number, computed, entry.IsSeal ? 0 : 1);
    }

    /// <summary>The position after the last line feed before <paramref name="limit"/>.</summary>
    static long LastLineEnd(FileStream file, long limit)
    {
        var block = new byte[BlockLength];
        for (var end = limit; end > 0;)
        {
            var start = Math.Max(0, end - BlockLength);
            var part = block.AsSpan(0, (int)(end - start));
            file.Position = start;
            file.ReadExactly(part);
            var at = part.LastIndexOf((byte)'\n');
            if (at >= 0)
                return start + at + 1;
            end = start;
        }

        return 0;
    }
}
