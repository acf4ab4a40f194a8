namespace PersoMesh.Ingest.Formats;

/// <summary>Reads lines ended by LF or CRLF. A line over the limit is passed over without being held in memory.</summary>
sealed class BoundedLineReader(InputWindow window, int maxBytes)
{
    // Of a line that is too long: enough to recognize a key by.
    readonly byte[] _beginning = new byte[TextLine.MaxKeyLength + 1];
    int _unreleased;

    /// <summary>The line without its end; of a line that is too long only the beginning. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>The line is longer than the limit.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The line's number, from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>The limit in bytes.</summary>
    public int MaxBytes => maxBytes;

    /// <summary>Goes to the next line.</summary>
    /// <returns>False at the end of the input. A last line without a line end is a line.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        window.Advance(_unreleased);
        _unreleased = 0;
        LineNumber = window.Line;
        var searched = 0;
        while (true)
        {
            var lineFeed = window.Unread.Span[searched..].IndexOf((byte)'\n');
            if (lineFeed >= 0)
            {
                Set(window.Unread[..(searched + lineFeed)], searched + lineFeed + 1);
                return true;
            }

            searched = window.Unread.Length;
            // The limit and a CR: from here on no line end can make this line short enough.
            if (searched > maxBytes + 1)
            {
                Set(window.Unread, released: 0);
                await window.SkipLineAsync(cancellationToken);
                return true;
            }

            if (window.IsEnded)
            {
                Set(window.Unread, searched);
                return searched > 0;
            }

            await window.FillAsync(cancellationToken);
        }
    }

    void Set(ReadOnlyMemory<byte> line, int released)
    {
        _unreleased = released;
        Line = line.Span.EndsWith("\r"u8) ? line[..^1] : line;
        IsTooLong = Line.Length > maxBytes;
        if (!IsTooLong)
            return;
        var length = Math.Min(maxBytes, _beginning.Length);
        Line.Span[..length].CopyTo(_beginning);
        Line = _beginning.AsMemory(0, length);
    }
}
