using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers.Virtual;

/// <summary>A reader with a magazine of simulated blank cards.</summary>
sealed class VirtualReader(string name, StationOptions station, int number, BlankCardFactory blanks, VirtualCardPiles piles, TimeProvider time) : ICardReader
{
    SimulatedBlank? _card;
    int _fed;

    public string Name => name;

    public ValueTask<byte[]?> NextCardAsync(CancellationToken cancellationToken)
    {
        if (station.Blanks > 0 && _fed >= station.Blanks / station.Readers + (number <= station.Blanks % station.Readers ? 1 : 0))
            return ValueTask.FromResult<byte[]?>(null);
        _fed++;
        _card = blanks.Make(station.Product!);
        if (station.Faults is { } faults)
            Spoil(_card, faults);
        return ValueTask.FromResult<byte[]?>(_card.Atr);
    }

    public async ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken)
    {
        var card = _card ?? throw new CardFaultException(CardFault.CardRemoved);
        if (station.ApduDelay > TimeSpan.Zero)
            await Task.Delay(station.ApduDelay, time, cancellationToken);
        return card.Transmit(command.Span);
    }

    public ValueTask<bool> TryRegainContactAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_card?.TryReset() == true);

    public ValueTask EjectAsync(Verdict verdict, string? cardObjectId, CancellationToken cancellationToken)
    {
        if (_card is { } card)
            piles.Put(card, verdict, cardObjectId);
        _card = null;
        return ValueTask.CompletedTask;
    }

    void Spoil(SimulatedBlank card, FaultOptions faults)
    {
        if (IsNth(faults.WrongCryptogramEvery))
            card.SpoilCryptogram();
        if (IsNth(faults.PullOutEvery))
            card.PullOutAfter(faults.PullOutAfterApdus);
        if (IsNth(faults.LoseContactEvery))
            card.LoseContactAfter(faults.LoseContactAfterApdus, faults.LoseContactAfterExecution);
        if (IsNth(faults.MemoryFullEvery))
            card.FillMemory();
    }

    bool IsNth(int every) => every > 0 && _fed % every == 0;
}
