using PersoMesh.Pcsc;

namespace PersoMesh.StationGateway.Readers.Pcsc;

/// <summary>
/// One PC/SC reader as the monitor reports it, and whether the card in it may be taken for a blank. A card that was taken once counts as used until
/// the reader has been seen without it, also when the reader or the service was away meanwhile. Thread-safe.
/// </summary>
sealed class PcscSlot
{
    readonly Lock _gate = new();
    TaskCompletionSource _changed = NewSignal();
    CardInserted? _card;
    bool _isUsed;

    /// <summary>The reader is there and works.</summary>
    public bool IsPlugged { get; private set; }

    /// <summary>A card is in the reader.</summary>
    public bool HasCard => _card is not null;

    /// <summary>The card in the reader, or the one that will be there when the reader is back, has had a session.</summary>
    public bool IsUsed => _isUsed;

    /// <summary>Takes in what the monitor reports of this reader.</summary>
    public void Apply(ReaderEvent change) => Change(() =>
    {
        switch (change)
        {
            case ReaderAdded added:
                IsPlugged = true;
                _isUsed &= added.HasCard;
                break;
            case ReaderRemoved:
                (IsPlugged, _card) = (false, null);
                break;
            case CardInserted inserted:
                _card = inserted;
                break;
            case CardRemoved:
                (_card, _isUsed) = (null, false);
                break;
        }
    });

    /// <summary>The card is still in the reader, and was there all the time.</summary>
    public bool Holds(CardInserted card)
    {
        lock (_gate)
            return _card?.Insertion == card.Insertion;
    }

    /// <summary>The card in the reader is no blank.</summary>
    public void MarkUsed() => Change(() => _isUsed = true);

    /// <summary>Nothing was sent to the card that was taken: it is still a blank.</summary>
    public void MarkBlank() => Change(() => _isUsed = false);

    /// <summary>Waits until no used card is in the reader.</summary>
    public async Task WaitUntilClearAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_isUsed)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for a card that has had no session, and takes it.</summary>
    public async Task<CardInserted> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_card is { } card && !_isUsed)
                {
                    _isUsed = true;
                    return card;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    void Change(Action change)
    {
        TaskCompletionSource signal;
        lock (_gate)
        {
            change();
            (signal, _changed) = (_changed, NewSignal());
        }

        signal.SetResult();
    }
}
