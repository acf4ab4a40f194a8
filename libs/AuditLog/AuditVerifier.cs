namespace PersoMesh.AuditLog;

/// <summary>
/// Checks a log from its first line to its last in constant memory, and says which records were changed, removed or reordered.
/// </summary>
public sealed class AuditVerifier
{
    const int MaxFindings = 1000;
    const int MaxLineLength = 1 << 20;

    readonly IAuditSignatureVerifier? _signatures;
    readonly List<AuditFinding> _findings = [];
    readonly SortedSet<long> _missing = [];
    long _line;
    long _records;
    long _seals;
    long _unsealed;
    long _highest;
    int _unreadable;
    ReadOnlyMemory<byte> _hashOfHighest = new byte[AuditEncoding.HashLength];
    AuditEntry? _previous;

    AuditVerifier(IAuditSignatureVerifier? signatures) => _signatures = signatures;

    /// <summary>Checks a log.</summary>
    /// <param name="log">The file's bytes; read to the end, not closed.</param>
    /// <param name="signatures">Checks the seals; null checks the chain alone.</param>
    /// <param name="expectedHead">A hash (hexadecimal) that must be in the chain, from an earlier verification; null when none is known.</param>
    public static AuditVerification Verify(Stream log, IAuditSignatureVerifier? signatures = null, string? expectedHead = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new AuditVerifier(signatures).Run(log, expectedHead);
    }

    AuditVerification Run(Stream log, string? expectedHead)
    {
        var isHeadThere = expectedHead is null;
        foreach (var (line, isWhole) in Lines(log))
        {
            _line++;
            if (!isWhole)
            {
                Find(
                    AuditFault.Cut,
                    _highest + 1,
                    $"the last line has no end: a crash cut record {_highest + 1} before it was acknowledged, or somebody did after");
                break;
            }

            var entry = AuditEncoding.Decode(line, out var computed);
            Check(entry, computed);
            isHeadThere |= entry is not null
                && string.Equals(Convert.ToHexString(entry.Hash.Span), expectedHead, StringComparison.OrdinalIgnoreCase);
        }

        ReportMissing();
        if (_line == 0)
            Find(AuditFault.Removed, 1, "the log is empty: all records were removed, or there never was one");
        if (!isHeadThere)
        {
            Find(
                AuditFault.Removed,
                _highest + 1,
                $"the record with the hash {expectedHead} is not there: the end of the log was cut off, or the log written anew");
        }

        var head = _previous is null ? new string('0', 2 * AuditEncoding.HashLength) : Convert.ToHexStringLower(_previous.Hash.Span);
        var seals = _signatures is null ? 0 : _seals;
        return new AuditVerification(_records, _seals, seals, _unsealed, head, [.. _findings.OrderBy(finding => finding.Line)]);
    }

    void Check(AuditEntry? entry, byte[] computed)
    {
        if (entry is null)
        {
            _unreadable++;
            Find(
                AuditFault.Changed,
                _highest + _unreadable,
                $"record {_highest + _unreadable} was changed, or a line put before it: line {_line} is no entry");
            return;
        }

        _records++;
        var isNext = entry.Number == _highest + 1;
        var isIntact = computed.AsSpan().SequenceEqual(entry.Hash.Span);
        if (!isIntact)
            Find(AuditFault.Changed, entry.Number, $"record {entry.Number} was changed: its content does not have its hash");
        else if (isNext && !entry.Previous.Span.SequenceEqual(_hashOfHighest.Span))
            Find(AuditFault.Changed, entry.Number - 1, entry.Number == 1
                ? "record 1 was changed: it does not begin a chain"
                : $"record {entry.Number - 1} was changed: record {entry.Number} continues another one");
        Place(entry);
        if (entry.IsSeal)
            CheckSeal(entry);
        else
            _unsealed++;
        _previous = entry;
    }

    void Place(AuditEntry entry)
    {
        if (entry.Number > _highest)
        {
            // Lines that could not be read stand for as many records. A changed number must not make a set of all that it skips.
            for (var missing = _highest + 1 + _unreadable; missing < entry.Number && _missing.Count < MaxFindings; missing++)
                _missing.Add(missing);
            (_highest, _hashOfHighest, _unreadable) = (entry.Number, entry.Hash, 0);
        }
        else if (_missing.Remove(entry.Number))
        {
            Find(AuditFault.Reordered, entry.Number, $"record {entry.Number} was moved: it stands after record {_previous?.Number}");
        }
        else
        {
            Find(AuditFault.Repeated, entry.Number, $"record {entry.Number} is there twice");
        }
    }

    void CheckSeal(AuditEntry seal)
    {
        _seals++;
        _unsealed = 0;
        var details = seal.Record.Details;
        if (_signatures is null)
            return;
        if (!details.TryGetValue(AuditSeal.Key, out var key) || !details.TryGetValue(AuditSeal.Algorithm, out var algorithm)
            || !_signatures.Verify(key, algorithm, AuditSeal.Message(seal.Number, seal.Previous.Span), Signature(details)))
        {
            Find(
                AuditFault.SealBroken,
                seal.Number,
                $"seal {seal.Number} is not signed by the log's key: records before it were written anew");
        }
    }

    void ReportMissing()
    {
        for (var first = 0L; _missing.Count > 0;)
        {
            first = _missing.Min;
            var last = first;
            while (_missing.Remove(last))
                last++;
            last--;
            Find(AuditFault.Removed, first, first == last ? $"record {first} was removed" : $"records {first} to {last} were removed");
        }
    }

    static byte[] Signature(IReadOnlyDictionary<string, string> details)
    {
        try
        {
            return Convert.FromHexString(details.GetValueOrDefault(AuditSeal.Signature, ""));
        }
        catch (FormatException)
        {
            return [];
        }
    }

    void Find(AuditFault fault, long number, string text)
    {
        if (_findings.Count < MaxFindings)
            _findings.Add(new AuditFinding(fault, number, _line, text));
    }

    static IEnumerable<(ReadOnlyMemory<byte> Line, bool IsWhole)> Lines(Stream log)
    {
        var buffer = new byte[64 * 1024];
        var (start, end) = (0, 0);
        while (true)
        {
            var at = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            if (at >= 0)
            {
                yield return (buffer.AsMemory(start, at - start), true);
                start = at + 1;
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length && end < MaxLineLength)
                Array.Resize(ref buffer, buffer.Length * 2);
            var read = end == buffer.Length ? 0 : log.Read(buffer, end, buffer.Length - end);
            if (read == 0)
                break;
            end += read;
        }

        if (end > start)
            yield return (buffer.AsMemory(start, end - start), false);
    }
}
