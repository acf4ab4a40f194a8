using PersoMesh.CardSimulator;

namespace PersoMesh.CardTools.Tests.Rotation;

/// <summary>The simulator, which shares no code with the host side, as a channel; remembers the commands in their order.</summary>
sealed class SimulatorChannel(SimulatedCard card) : ICardChannel
{
    public List<byte> Instructions { get; } = [];

    /// <summary>Answers a command in place of the card; null lets the card answer.</summary>
    public Func<CommandApdu, ResponseApdu?>? Replace { get; set; }

    public ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken)
    {
        Instructions.Add(command.Ins);
        var answer = Replace?.Invoke(command) ?? ResponseApdu.Parse(card.Transmit(command.ToArray()));
        return ValueTask.FromResult(answer);
    }
}
