using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers.Virtual;

/// <summary>A reader with a magazine of simulated blank cards.</summary>
sealed class VirtualReader(string name, StationOptions station, int number, BringBlank bringBlank, VirtualCardPiles piles, TimeProvider time) : ICardReader
{
    SimulatedBlank? _card;
    SimulatedBlank? _next;
    int _fed;

    public string Name => name;

    public ValueTask<byte[]?> NextCardAsync(CancellationToken cancellationToken)
    {
        (_card, _next) = (_next ?? Make(), null);
        return ValueTask.FromResult(_card?.Atr);
    }

    public ValueTask<BlankForecast?> PeekAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(station.IdentifiesBlanks ? (_next ??= Make())?.Forecast : null);

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

    SimulatedBlank? Make()
    {
        if (station.Blanks > 0 && _fed >= station.Blanks / station.Readers + (number <= station.Blanks % station.Readers ? 1 : 0))
            return null;
        _fed++;
        var blank = bringBlank(station.Product!);
        if (station.Faults is { } faults)
            Spoil(blank, faults);
        return blank;
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
