using System.Runtime.CompilerServices;

namespace PersoMesh.Ingest.Formats;

/// <summary>Reads CSV: RFC 4180 with any ASCII delimiter; empty lines between records are passed over.</summary>
/// <remarks>
/// Where reading goes on after a record that is not RFC 4180: on the second of its lines, because the usual cause is a line
/// cut short inside quotes, and the lines after it are sound. A record over the limit, though, is followed to its own end,
/// line breaks in quotes included: otherwise whoever fills in a long enough field could write lines into it that
/// would be read as records of their own, and cards would be made of them.
/// </remarks>
sealed class CsvRecords(InputWindow window, InputFormat format, InputEncoding encoding)
{
    readonly CsvSplitter _splitter = new(format.Delimiter, format.LineBreaksInQuotes);

    public async IAsyncEnumerable<ReadRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!await SkipEmptyLinesAsync(cancellationToken))
        {
            yield return new(0, 1, Fields: null, new(Field: null, "the file is empty: not even a header"));
            yield break;
        }

        var line = window.Line;
        var fault = await FollowRecordAsync(cancellationToken);
        if (!TryReadHeader(ref fault, out var names))
        {
            yield return new(0, line, Fields: null, fault);
            yield break;
        }

        Release();
        for (var number = 1L; await SkipEmptyLinesAsync(cancellationToken); number++)
        {
            line = window.Line;
            fault = await FollowRecordAsync(cancellationToken);
            var fields = fault is null ? Decode(names, out fault) : null;
            yield return new(number, line, fields, fault);
            Release();
        }
    }

    // A faulty record has been passed over already.
    void Release()
    {
        window.Advance(_splitter.Position);
        _splitter.Start();
    }

    /// <returns>False at the end of the input.</returns>
    async ValueTask<bool> SkipEmptyLinesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (window.Unread.Length < 2 && !window.IsEnded)
                await window.FillAsync(cancellationToken);
            var unread = window.Unread.Span;
            if (unread.IsEmpty)
                return false;
            if (unread[0] == '\n')
                window.Advance(1);
            else if (unread.StartsWith("\r\n"u8))
                window.Advance(2);
            else
                return true;
        }
    }

    /// <summary>Finds the end of the record that begins with the first unread byte, and its fields.</summary>
    /// <returns>Why it cannot be read; it has then been passed over.</returns>
    async ValueTask<RecordFault?> FollowRecordAsync(CancellationToken cancellationToken)
    {
        var firstLine = window.Line;
        var isTooLong = false;
        var quotesWereOpen = false;
        _splitter.Start();
        while (true)
        {
            // How much is in memory is chance and must not decide what a record is: within the limit (and a CR and an LF) a
            // fault is the record's fault, beyond it the record is too long whatever else is wrong with it.
            var most = isTooLong ? int.MaxValue : format.MaxRecordBytes + 2;
            var visible = Math.Min(window.Unread.Length, most);
            var step = _splitter.Continue(window.Unread.Span[..visible], window.IsEnded && window.Unread.Length < most);
            if (step == CsvStep.Record && !isTooLong && _splitter.ContentLength <= format.MaxRecordBytes)
                return null;
            if (step == CsvStep.NeedMore)
            {
                if (!isTooLong && _splitter.Position > format.MaxRecordBytes + 1)
                    (isTooLong, quotesWereOpen) = (true, _splitter.IsInsideQuotes);
                if (isTooLong)
                    PassOverFollowed();
                await window.FillAsync(cancellationToken);
                continue;
            }

            isTooLong |= step == CsvStep.Record;
            if (isTooLong)
                PassOverFollowed();
            if (step == CsvStep.Fault)
                await window.SkipLineAsync(cancellationToken);
            var fault = isTooLong ? TooLong(firstLine, quotesWereOpen) : new RecordFault(Field: null, _splitter.Reason);
            _splitter.Start();
            return fault;
        }
    }

    void PassOverFollowed()
    {
        window.Advance(_splitter.Position);
        _splitter.DropFollowed();
    }

    RecordFault TooLong(long firstLine, bool quotesWereOpen)
    {
        var lines = window.Line - firstLine;
        var reason = $"longer than {format.MaxRecordBytes} bytes";
        if (quotesWereOpen && lines > 1)
            reason += $"; {lines} lines were taken for one quoted field and passed over, perhaps because a quote is never closed";
        return new(Field: null, reason);
    }

    bool TryReadHeader(ref RecordFault? fault, out string[] names)
    {
        names = [];
        if (fault is not null)
        {
            fault = fault with { Reason = $"the header cannot be read: {fault.Reason}" };
            return false;
        }

        names = new string[_splitter.Fields.Count];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var column = 0; column < names.Length; column++)
        {
            var reason = !TryDecode(_splitter.Fields[column], out var name) ? encoding.Refusal
                : name.Length == 0 ? "the name is empty"
                : !seen.Add(name) ? "the name stands for an earlier column already"
                : null;
            if (reason is not null)
            {
                fault = new(FieldLabel.Of(name, column), $"the header cannot be read: {reason}");
                return false;
            }

            names[column] = name;
        }

        return true;
    }

    Dictionary<string, string>? Decode(string[] names, out RecordFault? fault)
    {
        fault = null;
        if (_splitter.Fields.Count != names.Length)
        {
            fault = new(Field: null, $"{_splitter.Fields.Count} fields instead of the header's {names.Length}");
            return null;
        }

        var values = new Dictionary<string, string>(names.Length, StringComparer.Ordinal);
        for (var column = 0; column < names.Length; column++)
        {
            if (!TryDecode(_splitter.Fields[column], out var value))
            {
                fault = new(FieldLabel.Of(names[column], column), encoding.Refusal);
                return null;
            }

            values.Add(names[column], value);
        }

        return values;
    }

    bool TryDecode(CsvField field, out string text)
    {
        var isValid = encoding.TryDecode(window.Unread.Span.Slice(field.Start, field.Length), out var decoded);
        text = decoded ?? "";
        if (field.HasQuotes)
            text = text.Replace("\"\"", "\"", StringComparison.Ordinal);
        return isValid;
    }
}
