using PersoMesh.CardSimulator.Vpcd;

namespace PersoMesh.FileSystemCard.Vpcd;

/// <summary>A file-system card as a slot of vpcd takes it (<see cref="VpcdConnection"/>): a card in a PC/SC reader.</summary>
/// <param name="card">The card; nobody else may use it while it is in the slot.</param>
public sealed class FileSystemCardInSlot(SimulatedFileSystemCard card) : IContactCard
{
    public SimulatedFileSystemCard Card => card;

    public byte[] Atr => card.Atr;

    public TimeSpan DelayPerApdu => card.Faults.DelayPerApdu;

    public void Reset() => card.Reset();

    public byte[] Transmit(ReadOnlySpan<byte> command)
    {
        try
        {
            return card.Transmit(command);
        }
        catch (CardRemovedException)
        {
            throw new CardSimulator.CardRemovedException();
        }
        catch (CardMuteException)
        {
            throw new CardSimulator.CardMuteException();
        }
    }
}
