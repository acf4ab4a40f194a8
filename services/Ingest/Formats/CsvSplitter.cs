using System.Buffers;

namespace PersoMesh.Ingest.Formats;

/// <summary>What <see cref="CsvSplitter.Continue"/> has come to.</summary>
enum CsvStep
{
    /// <summary>The record goes on beyond the bytes given.</summary>
    NeedMore,

    /// <summary>The record is complete.</summary>
    Record,

    /// <summary>The bytes are not RFC 4180.</summary>
    Fault,
}

/// <summary>
/// Finds the fields of one record after another, strictly by RFC 4180 §2, in bytes that arrive piece by piece. It holds
/// positions, not bytes, so a record of any length can be followed to its end in constant memory.
/// </summary>
/// <remarks>
/// CsvHelper 34 does not serve here: a record over its MaxRecordSize ends the reading for good (tried: each further Read
/// throws the same again), while an issuer's file must go on with the next record.
/// </remarks>
sealed class CsvSplitter(char delimiter, bool lineBreaksInQuotes)
{
    const byte Quote = (byte)'"';

    readonly SearchValues<byte> _endsBareField = SearchValues.Create([(byte)delimiter, Quote, (byte)'\r', (byte)'\n']);
    readonly List<CsvField> _fields = [];
    State _state;
    int _fieldStart;
    bool _fieldHasQuotes;
    bool _keepsFields;

    enum State
    {
        FieldStart,
        Bare,
        Quoted,
        AfterQuote,
        CarriageReturn,
    }

    /// <summary>How far the record has been followed; when it is complete, its length with its line end.</summary>
    public int Position { get; private set; }

    /// <summary>Where the last field ends: the record's length without its line end.</summary>
    public int ContentLength { get; private set; }

    /// <summary>The record's fields.</summary>
    public IReadOnlyList<CsvField> Fields => _fields;

    /// <summary>What is wrong with the record.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Between the opening and the closing quote of a field.</summary>
    public bool IsInsideQuotes => _state == State.Quoted;

    /// <summary>Begins a new record.</summary>
    public void Start()
    {
        (_state, Position, ContentLength, _keepsFields) = (State.FieldStart, 0, 0, true);
        _fields.Clear();
    }

    /// <summary>The bytes up to <see cref="Position"/> are gone; from here on only the record's end is looked for.</summary>
    public void DropFollowed()
    {
        (Position, _keepsFields) = (0, false);
        _fields.Clear();
    }

    /// <summary>Follows the record.</summary>
    /// <param name="data">The record's bytes from its beginning, as many as there are by now.</param>
    /// <param name="isEnd">No more will come.</param>
    public CsvStep Continue(ReadOnlySpan<byte> data, bool isEnd)
    {
        while (Position < data.Length)
        {
            var step = _state switch
            {
                State.FieldStart => OpenField(data),
                State.Bare => FollowBareField(data),
                State.Quoted => FollowQuotedField(data),
                State.AfterQuote => AfterQuote(data),
                _ => AfterCarriageReturn(data),
            };
            if (step != CsvStep.NeedMore)
                return step;
        }

        if (!isEnd)
            return CsvStep.NeedMore;
        if (_state == State.Quoted)
            return Fail("the file ends inside a quoted field");
        if (_state is State.FieldStart or State.Bare)
            EndField(_state == State.FieldStart ? Position : _fieldStart, Position);
        else if (_state == State.AfterQuote)
            EndField(_fieldStart, Position - 1);
        return CsvStep.Record;
    }

    CsvStep OpenField(ReadOnlySpan<byte> data)
    {
        _fieldHasQuotes = false;
        var isQuoted = data[Position] == Quote;
        if (isQuoted)
            Position++;
        _fieldStart = Position;
        _state = isQuoted ? State.Quoted : State.Bare;
        return CsvStep.NeedMore;
    }

    CsvStep FollowBareField(ReadOnlySpan<byte> data)
    {
        var at = data[Position..].IndexOfAny(_endsBareField);
        Position = at < 0 ? data.Length : Position + at;
        if (at < 0)
            return CsvStep.NeedMore;
        return data[Position] == Quote ? Fail("a quote inside a field that is not quoted") : EndFieldAt(data[Position], Position);
    }

    CsvStep FollowQuotedField(ReadOnlySpan<byte> data)
    {
        var rest = data[Position..];
        var at = lineBreaksInQuotes ? rest.IndexOf(Quote) : rest.IndexOfAny(Quote, (byte)'\n');
        Position = at < 0 ? data.Length : Position + at + 1;
        if (at >= 0 && rest[at] != Quote)
            return Fail("a quoted field is not closed on its line");
        if (at >= 0)
            _state = State.AfterQuote;
        return CsvStep.NeedMore;
    }

    CsvStep AfterQuote(ReadOnlySpan<byte> data)
    {
        var next = data[Position];
        if (next == Quote)
        {
            Position++;
            _fieldHasQuotes = true;
            _state = State.Quoted;
            return CsvStep.NeedMore;
        }

        return next == delimiter || next is (byte)'\r' or (byte)'\n'
            ? EndFieldAt(next, Position - 1)
            : Fail("text after the closing quote of a field");
    }

    CsvStep AfterCarriageReturn(ReadOnlySpan<byte> data)
    {
        if (data[Position] != '\n')
            return Fail("a carriage return that is neither quoted nor part of a line end");
        Position++;
        return CsvStep.Record;
    }

    // At a delimiter, CR or LF.
    CsvStep EndFieldAt(byte found, int fieldEnd)
    {
        EndField(_fieldStart, fieldEnd);
        ContentLength = Position;
        Position++;
        _state = found == '\r' ? State.CarriageReturn : State.FieldStart;
        return found == '\n' ? CsvStep.Record : CsvStep.NeedMore;
    }

    void EndField(int start, int end)
    {
        ContentLength = Position;
        if (_keepsFields)
            _fields.Add(new(start, end - start, _fieldHasQuotes));
    }

    CsvStep Fail(string reason)
    {
        Reason = reason;
        return CsvStep.Fault;
    }
}

/// <summary>Where a field lies in its record.</summary>
/// <param name="Start">Its first byte, behind the opening quote.</param>
/// <param name="Length">Its length, without quotes around it.</param>
/// <param name="HasQuotes">It contains doubled quotes.</param>
readonly record struct CsvField(int Start, int Length, bool HasQuotes);
