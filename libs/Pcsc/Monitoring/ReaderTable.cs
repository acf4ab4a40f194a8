namespace PersoMesh.Pcsc.Monitoring;

/// <summary>What is known of the readers; turns new knowledge into events. Not thread-safe.</summary>
sealed class ReaderTable
{
    readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    long _insertions;

    /// <summary>Takes over a list of readers.</summary>
    public IEnumerable<ReaderEvent> Update(IReadOnlyCollection<string> readers)
    {
        foreach (var gone in _entries.Keys.Except(readers, StringComparer.Ordinal).ToList())
        {
            if (Forget(gone) is { } removed)
                yield return removed;
        }

        // A reader is announced with its first state, when it is known to work.
        foreach (var name in readers)
            _entries.TryAdd(name, new Entry(name));
    }

    /// <summary>The question for SCardGetStatusChange: tell me what differs from what I know.</summary>
    public List<ReaderStatus> Question() => [.. _entries.Values.Select(entry => entry.Status)];

    /// <summary>Takes over the answer, which is in the question's own objects.</summary>
    public IEnumerable<ReaderEvent> Accept(IEnumerable<ReaderStatus> answer)
    {
        foreach (var status in answer)
        {
            if (!_entries.TryGetValue(status.Reader, out var entry) || entry.Status != status)
                continue;
            var previousCount = status.CurrentState >> 16;
            status.AcceptEvent();
            foreach (var change in Accept(entry, previousCount))
                yield return change;
        }
    }

    /// <summary>Forgets everything: the service is gone.</summary>
    public IEnumerable<ReaderEvent> Clear() => [.. _entries.Keys.ToList().Select(Forget).OfType<ReaderEvent>()];

    /// <summary>Events that would tell a newcomer what is.</summary>
    public IEnumerable<ReaderEvent> Describe()
    {
        foreach (var entry in _entries.Values.Where(entry => entry.IsAnnounced))
        {
            yield return new ReaderAdded(entry.Name, entry.Card is not null);
            if (entry.Card is { } card)
                yield return card;
        }
    }

    IEnumerable<ReaderEvent> Accept(Entry entry, uint previousCount)
    {
        var states = entry.Status.States;
        if ((states & (ReaderStates.Unknown | ReaderStates.Unavailable)) != ReaderStates.Unaware)
        {
            // It stays in the table and comes back by itself when its driver has recovered, or leaves with the next list.
            if (entry.IsAnnounced)
                yield return new ReaderRemoved(entry.Name);
            (entry.IsAnnounced, entry.Card) = (false, null);
            yield break;
        }

        var isPresent = states.HasFlag(ReaderStates.Present);
        if (!entry.IsAnnounced)
            yield return new ReaderAdded(entry.Name, isPresent);
        entry.IsAnnounced = true;

        // A card that was exchanged for another between two looks: only the service's counter shows it.
        var isAnother = previousCount != entry.Status.EventCount;
        if (entry.Card is { } previous && (!isPresent || isAnother))
        {
            yield return new CardRemoved(entry.Name, previous.Insertion);
            entry.Card = null;
        }

        var isMute = states.HasFlag(ReaderStates.Mute);
        // A mute card that comes to life counts as inserted; one that falls silent later is its user's to notice.
        if (isPresent && (entry.Card is null || (entry.Card.IsMute && !isMute)))
            yield return entry.Card = new CardInserted(entry.Name, ++_insertions, entry.Status.Atr, isMute);
    }

    ReaderRemoved? Forget(string name) =>
        _entries.Remove(name, out var entry) && entry.IsAnnounced ? new ReaderRemoved(name) : null;

    sealed class Entry(string name)
    {
        public string Name => name;

        public ReaderStatus Status { get; } = new(name);

        public bool IsAnnounced { get; set; }

        public CardInserted? Card { get; set; }
    }
}
