using System.Diagnostics.CodeAnalysis;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>
/// What a lane has done in its present session, and which session it finished last: a batch is never sent to a card twice. With a file it outlives
/// the process. Written through to the disk before a batch that may change the card, and when a verdict was carried out; everything else survives
/// the process only, and says so after the machine was down (<see cref="CardFault.OutcomeUnknown"/>). Thread-safe.
/// </summary>
sealed class LaneJournal : IDisposable
{
    static readonly string Boot = ReadBoot();

    readonly Lock _gate = new();
    readonly SortedDictionary<int, Batch> _batches = [];
    readonly List<JournalEntry> _entries = [];
    readonly List<UnheardCard> _unheard = [];
    readonly JournalFile? _file;

    /// <summary>Opens a journal.</summary>
    /// <param name="path">Its file; null for a journal in memory.</param>
    public LaneJournal(string? path)
    {
        if (path is null)
            return;
        _file = JournalFile.Open(path, Apply);
        // An opening that was broken off is simply done again: it writes nothing.
        if (_batches is { Count: 1 } && _batches.TryGetValue(0, out var opening) && !opening.HasEnded)
            _batches.Clear();
        WasOpenedBefore = _batches.Count > 0;
        foreach (var batch in _batches.Values.Where(batch => !batch.HasEnded))
            batch.End(batch.IsComplete ? null : batch.Boot == Boot ? CardFault.ReaderFailed : CardFault.OutcomeUnknown);
    }

    /// <summary>The session under way, or none (<see cref="Guid.Empty"/>).</summary>
    public Guid Session { get; private set; }

    /// <summary>The card object of the session under way; null before it is assigned.</summary>
    public CardInWork? Card { get; private set; }

    /// <summary>No further command of the session may reach the card.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The session that the next card will have, or none.</summary>
    public Guid Next { get; private set; }

    /// <summary>The last session that was booked and for which no blank will come.</summary>
    public Guid LastUnbooked { get; private set; }

    /// <summary>Good cards of which the Controller does not know yet, in order.</summary>
    public IReadOnlyList<UnheardCard> Unheard
    {
        get
        {
            lock (_gate)
                return [.. _unheard];
        }
    }

    /// <summary>The session whose verdict was carried out last.</summary>
    public Guid LastFinished { get; private set; }

    /// <summary>The last card that was seen in the reader has had a session: it may be there still, where an operator takes cards out.</summary>
    public bool IsLastCardUsed { get; private set; }

    /// <summary>The session under way had opened its card before this process started: what the card knew of it is gone.</summary>
    public bool WasOpenedBefore { get; private set; }

    /// <summary>The last batch that may have changed the card; null when none was begun.</summary>
    public (int Sequence, BatchOutcome Outcome)? LastWrite =>
        _batches.Count > 0 && _batches.Last() is { Key: > 0 } last ? (last.Key, last.Value.Outcome) : null;

    /// <summary>What the card answered to the opening; null when it was not opened to the end.</summary>
    public BatchOutcome? Opening => TryFind(Session, 0, out var outcome) ? outcome : null;

    public bool TryFind(Guid session, int sequence, [NotNullWhen(true)] out BatchOutcome? outcome)
    {
        outcome = session == Session && _batches.TryGetValue(sequence, out var batch) && batch.HasEnded ? batch.Outcome : null;
        return outcome is not null;
    }

    /// <summary>A blank card waits.</summary>
    public void Wait(Guid session) => Write(new() { Step = JournalStep.Waiting, Session = session });

    /// <summary>The blank card that waits will not be used now.</summary>
    public void Withdraw() => Write(new() { Step = JournalStep.Withdrawn, Session = Session });

    /// <summary>The next card will have this session.</summary>
    public void Book(Guid session) => Write(new() { Step = JournalStep.Booked, Session = session });

    /// <summary>No blank will come for the session that was booked. On the disk before anybody is told: its card object then goes elsewhere.</summary>
    public void Unbook() => Write(new() { Step = JournalStep.Withdrawn, Session = Next }, durable: true);

    public void Assign(CardInWork card) => Write(new() { Step = JournalStep.Assigned, Session = Session, Card = card });

    /// <summary>Commands are about to be sent. When they may change the card, this is on the disk before the first one goes.</summary>
    public void Begin(int sequence, int commands) =>
        Write(new() { Step = JournalStep.Began, Session = Session, Sequence = sequence, Commands = commands, Boot = Boot }, durable: sequence > 0);

    public void Answer(int sequence, byte[] response) =>
        Write(new() { Step = JournalStep.Answered, Session = Session, Sequence = sequence, Response = response });

    public BatchOutcome End(int sequence, CardFault? fault)
    {
        Write(new() { Step = JournalStep.Ended, Session = Session, Sequence = sequence, Fault = fault });
        return _batches[sequence].Outcome;
    }

    /// <summary>The opening reached no card: it will be done with the next one.</summary>
    public void ForgetOpening() => _batches.Remove(0);

    /// <summary>No further command of the session may reach the card, whatever comes.</summary>
    public void Close() => Write(new() { Step = JournalStep.Closed, Session = Session }, durable: true);

    /// <summary>The verdict was carried out.</summary>
    /// <param name="isUnheard">The card was good when done, and the Controller does not know of it yet.</param>
    public void Finish(bool isUnheard = false)
    {
        Write(new() { Step = JournalStep.Finished, Session = Session, IsUnheard = isUnheard ? true : null }, durable: true);
        lock (_gate)
            _file?.CompactTo(Remaining());
    }

    /// <summary>The Controller knows of a good card.</summary>
    public void Hear(Guid session) => Write(new() { Step = JournalStep.Heard, Session = session });

    public void Dispose() => _file?.Dispose();

    void Write(JournalEntry entry, bool durable = false)
    {
        lock (_gate)
        {
            _file?.Write(entry, durable);
            Apply(entry);
        }
    }

    // What a journal must say between two sessions.
    IEnumerable<JournalEntry> Remaining()
    {
        if (LastUnbooked != Guid.Empty)
        {
            yield return new() { Step = JournalStep.Booked, Session = LastUnbooked };
            yield return new() { Step = JournalStep.Withdrawn, Session = LastUnbooked };
        }

        foreach (var entry in _unheard.SelectMany(card => card.Entries))
            yield return entry;
        if (_unheard.All(card => card.Session != LastFinished))
            yield return new() { Step = JournalStep.Finished, Session = LastFinished };
        if (Next != Guid.Empty)
            yield return new() { Step = JournalStep.Booked, Session = Next };
    }

    void Apply(JournalEntry entry)
    {
        switch (entry.Step)
        {
            case JournalStep.Waiting:
                Clear();
                (Session, IsLastCardUsed) = (entry.Session, false);
                Next = Next == entry.Session ? Guid.Empty : Next;
                break;
            case JournalStep.Booked:
                Next = entry.Session;
                return;
            case JournalStep.Withdrawn when entry.Session == Next:
                (Next, LastUnbooked) = (Guid.Empty, entry.Session);
                return;
            case JournalStep.Heard:
                _unheard.RemoveAll(card => card.Session == entry.Session);
                return;
            case JournalStep.Withdrawn:
                Clear();
                return;
            case JournalStep.Assigned:
                Card = entry.Card;
                break;
            case JournalStep.Began:
                _batches[entry.Sequence] = new Batch(entry.Commands, entry.Boot);
                break;
            case JournalStep.Answered:
                _batches[entry.Sequence].Answer(entry.Response!);
                break;
            case JournalStep.Ended:
                _batches[entry.Sequence].End(entry.Fault);
                break;
            case JournalStep.Closed:
                IsClosed = true;
                break;
            case JournalStep.Finished:
                if (entry.IsUnheard == true && LastWrite is { } write)
                    _unheard.Add(new UnheardCard(new BatchResult(entry.Session, write.Sequence, write.Outcome) { Opening = Opening }, [.. _entries, entry]));
                Clear();
                (LastFinished, IsLastCardUsed) = (entry.Session, true);
                return;
        }

        _entries.Add(entry);
    }

    void Clear()
    {
        _batches.Clear();
        _entries.Clear();
        (Session, Card, IsClosed, WasOpenedBefore) = (Guid.Empty, null, false, false);
    }

    // Another system than Linux: no line after the last fsync is trusted.
    static string ReadBoot()
    {
        const string BootId = "/proc/sys/kernel/random/boot_id";
        return File.Exists(BootId) ? File.ReadAllText(BootId).Trim() : Guid.NewGuid().ToString();
    }

    sealed class Batch(int commands, string? boot)
    {
        readonly List<byte[]> _responses = [];

        public string? Boot => boot;

        public bool HasEnded { get; private set; }

        public CardFault? Fault { get; private set; }

        public bool IsComplete => _responses.Count == commands;

        public BatchOutcome Outcome => new([.. _responses], Fault);

        public void Answer(byte[] response) => _responses.Add(response);

        public void End(CardFault? fault) => (HasEnded, Fault) = (true, fault);
    }
}
