using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers.Virtual;

/// <summary>A reader with a magazine of simulated blank cards.</summary>
sealed class VirtualReader(string name, StationOptions station, int number, BlankCardFactory blanks, VirtualCardPiles piles, TimeProvider time) : ICardReader
{
    SimulatedCard? _card;
    int _fed;

    public string Name => name;

    public ValueTask<byte[]?> NextCardAsync(CancellationToken cancellationToken)
    {
        if (station.Blanks > 0 && _fed >= station.Blanks / station.Readers + (number <= station.Blanks % station.Readers ? 1 : 0))
            return ValueTask.FromResult<byte[]?>(null);
        _fed++;
        _card = blanks.Make(station.Product!);
        if (station.Faults is { } faults)
            Spoil(_card.Faults, faults);
        return ValueTask.FromResult<byte[]?>(_card.Atr);
    }

    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken)
    {
        var card = _card ?? throw new CardFaultException(CardFault.CardRemoved);
        if (station.ApduDelay > TimeSpan.Zero)
            await Task.Delay(station.ApduDelay, time, cancellationToken);
        try
        {
            return card.Transmit(command.Span);
        }
        catch (CardRemovedException e)
        {
            throw new CardFaultException(CardFault.CardRemoved, e);
        }
        catch (CardMuteException e)
        {
            throw new CardFaultException(CardFault.CardMute, e);
        }
    }

    public ValueTask EjectAsync(Verdict verdict, string? cardObjectId, CancellationToken cancellationToken)
    {
        if (_card is { } card)
            piles.Put(card, verdict, cardObjectId);
        _card = null;
        return ValueTask.CompletedTask;
    }

    void Spoil(CardFaults card, FaultOptions faults)
    {
        if (IsNth(faults.WrongCryptogramEvery))
            card.WrongCardCryptogram = true;
        if (IsNth(faults.PullOutEvery))
            card.RemoveAfterApdus = faults.PullOutAfterApdus;
        if (IsNth(faults.MemoryFullEvery))
            card.MemoryFullAtStoreData = 2;
    }

    bool IsNth(int every) => every > 0 && _fed % every == 0;
}
