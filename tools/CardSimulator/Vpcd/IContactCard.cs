namespace PersoMesh.CardSimulator.Vpcd;

/// <summary>A simulated card, of either simulator, that can be put into a slot.</summary>
public interface IContactCard
{
    /// <summary>Answer to reset; empty when the card is mute.</summary>
    byte[] Atr { get; }

    /// <summary>How long the card thinks about each APDU; the slot waits.</summary>
    TimeSpan DelayPerApdu { get; }

    /// <summary>Power on or warm reset.</summary>
    void Reset();

    /// <summary>Processes one command APDU.</summary>
    /// <exception cref="CardRemovedException">The card is out of the slot.</exception>
    /// <exception cref="CardMuteException">The card does not answer.</exception>
    byte[] Transmit(ReadOnlySpan<byte> command);
}
