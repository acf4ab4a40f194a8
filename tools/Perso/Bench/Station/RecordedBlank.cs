using System.Diagnostics;
using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.StationGateway.Readers.Virtual;

namespace PersoMesh.Perso.Bench.Station;

/// <summary>A simulated card that notes what it was asked, and what it was like when it was blank, so that a local program can do the same once more.</summary>
sealed class RecordedBlank : SimulatedBlank
{
    readonly SimulatedBlank _card;
    readonly byte[] _blank;
    readonly List<(byte[] Command, byte[] Answer)> _exchanges = [];

    public RecordedBlank(SimulatedBlank card)
    {
        _card = card;
        using var memory = new MemoryStream();
        card.Save(memory);
        _blank = memory.ToArray();
    }

    public IReadOnlyList<(byte[] Command, byte[] Answer)> Exchanges => _exchanges;

    /// <summary>When the card got its first command.</summary>
    public long Begun { get; private set; }

    public override byte[] Atr => _card.Atr;

    public override string SerialNumber => _card.SerialNumber;

    public override BlankForecast? Forecast => _card.Forecast;

    /// <summary>The same card as it was before its first command.</summary>
    public SimulatedBlank Again() => new SimulatedGlobalPlatformBlank(SimulatedCard.Load(new MemoryStream(_blank)));

    public override byte[] Transmit(ReadOnlySpan<byte> command)
    {
        if (_exchanges.Count == 0)
            Begun = Stopwatch.GetTimestamp();
        var answer = _card.Transmit(command);
        _exchanges.Add((command.ToArray(), [.. answer]));
        return answer;
    }

    public override void Save(Stream destination) => _card.Save(destination);

    public override void PullOutAfter(int apdus) => _card.PullOutAfter(apdus);

    public override void SpoilCryptogram() => _card.SpoilCryptogram();

    public override void FillMemory() => _card.FillMemory();
}
