using PersoMesh.Contracts.Session;
using PersoMesh.Pcsc;
using PersoMesh.SmartCard;
using PersoMesh.StationGateway.Readers.Feeding;

namespace PersoMesh.StationGateway.Readers.Pcsc;

/// <summary>Connects to the card in a reader, exclusively.</summary>
delegate ValueTask<PcscCard> ConnectCard(string reader, CancellationToken cancellationToken);

/// <summary>A PC/SC reader with what feeds it.</summary>
sealed class PcscReader(string name, PcscSlot slot, IFeeder feeder, AtrPatterns atrs, ConnectCard connect, TimeProvider time, bool identifiesBlanks = false) : ICardReader
{
    static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    PcscCard? _card;
    ICardChannel? _channel;
    CardInserted? _inserted;
    string? _trouble;
    Verdict? _verdict;
    bool _isEmpty;

    public string Name => name;

    public string? Instruction => this switch
    {
        { _trouble: { } trouble } => trouble,
        _ when !slot.IsPlugged => "The reader is not there: plug it in, or start the PC/SC service.",
        { _isEmpty: true } => "The magazine is empty: fill it and restart the gateway.",
        _ when _card is not null && slot.HasCard => null,
        _ when slot is { IsUsed: true, HasCard: true } => $"Take the card out and put it on the pile {Pile(_verdict)}.",
        _ when feeder.IsAutomatic => null,
        { _verdict: { } verdict } => $"The last card belongs on the pile {Pile(verdict)}. Insert a blank card.",
        _ => "Insert a blank card.",
    };

    public void Recover(bool hasUsedCard)
    {
        // A machine had taken the last card away before that was noted; an operator may not have.
        if (hasUsedCard)
            slot.MarkUsed();
    }

    public bool TakesCardsAway => feeder.IsAutomatic;

    public async ValueTask<byte[]?> NextCardAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (slot.IsUsed && feeder.IsAutomatic)
                await InsistAsync(() => feeder.StackAsync(_verdict ?? Verdict.Rejected, cancellationToken), cancellationToken);
            await slot.WaitUntilClearAsync(cancellationToken);
            _isEmpty = !await InsistAsync(() => feeder.FeedAsync(cancellationToken), cancellationToken);
            if (_isEmpty)
                return null;
            var inserted = await slot.TakeAsync(cancellationToken);
            if (await AcceptAsync(inserted, cancellationToken))
            {
                _inserted = inserted;
                return inserted.Atr.ToArray();
            }
        }
    }

    public async ValueTask<BlankForecast?> PeekAsync(CancellationToken cancellationToken)
    {
        if (!identifiesBlanks)
            return null;
        try
        {
            return await feeder.PeekAsync(cancellationToken);
        }
        catch (FeederException)
        {
            // The card is asked then.
            return null;
        }
    }

    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken)
    {
        var channel = _channel ?? throw new CardFaultException(CardFault.CardRemoved);
        try
        {
            return (await channel.TransmitAsync(CommandApdu.Parse(command), cancellationToken)).ToArray();
        }
        catch (CardLostException e)
        {
            throw new CardFaultException(e.Loss switch
            {
                CardLoss.Removed => CardFault.CardRemoved,
                CardLoss.Mute or CardLoss.Reset => CardFault.CardMute,
                _ => CardFault.ReaderFailed,
            }, e);
        }
        catch (Exception e) when (e is PcscException or CardDataException)
        {
            throw new CardFaultException(CardFault.ReaderFailed, e);
        }
    }

    public async ValueTask<bool> TryRegainContactAsync(CancellationToken cancellationToken)
    {
        if (_card is not { } card || _inserted is not { } inserted || !slot.Holds(inserted))
            return false;
        try
        {
            await card.ReconnectAsync(CardDisposition.Unpower, cancellationToken);
            return slot.Holds(inserted) && card.Atr.Span.SequenceEqual(inserted.Atr.Span);
        }
        catch (PcscException)
        {
            return false;
        }
    }

    public async ValueTask ForgetCardAsync()
    {
        await LetGoAsync();
        slot.MarkBlank();
    }

    public ValueTask FlipAsync(CancellationToken cancellationToken) => InsistAsync(() => feeder.FlipAsync(cancellationToken), cancellationToken);

    public async ValueTask EjectAsync(Verdict verdict, string? cardObjectId, CancellationToken cancellationToken)
    {
        await LetGoAsync();
        _verdict = verdict;
        await InsistAsync(() => feeder.StackAsync(verdict, cancellationToken), cancellationToken);
    }

    static string Pile(Verdict? verdict) => verdict switch
    {
        Verdict.Good => "GOOD",
        Verdict.Unresolved => "UNRESOLVED",
        _ => "REJECTED",
    };

    async ValueTask<bool> AcceptAsync(CardInserted inserted, CancellationToken cancellationToken)
    {
        var previous = _verdict;
        _verdict = Verdict.Rejected;
        if (inserted.IsMute)
            return await RefuseAsync("The card does not answer: check which way round it is.", cancellationToken);
        if (!atrs.Match(inserted.Atr.Span))
            return await RefuseAsync("This is not a card for this station.", cancellationToken);
        try
        {
            _card = await connect(name, cancellationToken);
            _channel = new GetResponseChannel(_card, _card.TransmissionProtocol);
            (_trouble, _verdict) = (null, null);
            return true;
        }
        catch (CardLostException e) when (e.Loss == CardLoss.Mute)
        {
            return await RefuseAsync("The card does not answer: check which way round it is.", cancellationToken);
        }
        catch (PcscException e)
        {
            // Removed again, reader gone, or held by another program: nothing was sent, so what is there is still a blank.
            (_trouble, _verdict) = (e is CardLostException ? null : e.Message, previous);
            await Task.Delay(RetryDelay, time, cancellationToken);
            slot.MarkBlank();
            return false;
        }
    }

    async ValueTask<bool> RefuseAsync(string why, CancellationToken cancellationToken)
    {
        await InsistAsync(() => feeder.StackAsync(Verdict.Rejected, cancellationToken), cancellationToken);
        _trouble = $"{why} Take it out and put it on the pile {Pile(Verdict.Rejected)}.";
        await slot.WaitUntilClearAsync(cancellationToken);
        _trouble = null;
        return false;
    }

    async ValueTask LetGoAsync()
    {
        if (_card is { } card)
            await card.DisconnectAsync(CardDisposition.Unpower);
        (_card, _channel) = (null, null);
    }

    ValueTask InsistAsync(Func<ValueTask> order, CancellationToken cancellationToken) => new(InsistAsync(async () =>
    {
        await order();
        return true;
    }, cancellationToken).AsTask());

    // A machine that is jammed is freed by hand; until then its reader waits.
    async ValueTask<T> InsistAsync<T>(Func<ValueTask<T>> order, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var done = await order();
                _trouble = null;
                return done;
            }
            catch (FeederException e)
            {
                _trouble = e.Message;
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }
}
