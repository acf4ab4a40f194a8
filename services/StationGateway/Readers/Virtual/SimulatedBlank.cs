using PersoMesh.CardSimulator;
using PersoMesh.Contracts.Session;
using PersoMesh.FileSystemCard;

namespace PersoMesh.StationGateway.Readers.Virtual;

/// <summary>A simulated card of either simulator, as a virtual reader sees it.</summary>
public abstract class SimulatedBlank
{
    /// <summary>Answer to reset.</summary>
    public abstract byte[] Atr { get; }

    /// <summary>Hexadecimal digits.</summary>
    public abstract string SerialNumber { get; }

    /// <summary>What its supplier's list says of it, for a card with a secure channel; null for another.</summary>
    public virtual BlankForecast? Forecast => null;

    /// <summary>Processes one command APDU.</summary>
    /// <exception cref="CardFaultException">The card is gone or mute.</exception>
    public abstract byte[] Transmit(ReadOnlySpan<byte> command);

    /// <summary>Writes the whole memory, so that the card can be put into another reader.</summary>
    public abstract void Save(Stream destination);

    /// <summary>The card is pulled out after so many commands.</summary>
    public abstract void PullOutAfter(int apdus);

    /// <summary>After it was mute: resets the card.</summary>
    /// <returns>False when it stays mute, or has no such fault.</returns>
    public virtual bool TryReset() => false;

    /// <summary>The contact to the card is lost once, after so many commands.</summary>
    /// <param name="apdus">Commands that it answers before.</param>
    /// <param name="afterExecution">The command at which it happens is carried out.</param>
    public virtual void LoseContactAfter(int apdus, bool afterExecution)
    {
    }

    /// <summary>The card answers INITIALIZE UPDATE with a wrong cryptogram; one without secure channel is mute.</summary>
    public abstract void SpoilCryptogram();

    /// <summary>The card has no memory left after a first bit of data.</summary>
    public abstract void FillMemory();
}

/// <summary>A GlobalPlatform card.</summary>
sealed class SimulatedGlobalPlatformBlank(SimulatedCard card) : SimulatedBlank
{
    public override byte[] Atr => card.Atr;

    public override BlankForecast Forecast => new(card.KeyDiversificationData, card.KeySets[0].SequenceCounter);

    public override string SerialNumber => card.SerialNumber;

    public override byte[] Transmit(ReadOnlySpan<byte> command)
    {
        try
        {
            return card.Transmit(command);
        }
        catch (CardSimulator.CardRemovedException e)
        {
            throw new CardFaultException(CardFault.CardRemoved, e);
        }
        catch (CardSimulator.CardMuteException e)
        {
            throw new CardFaultException(CardFault.CardMute, e);
        }
    }

    public override void Save(Stream destination) => card.Save(destination);

    public override void PullOutAfter(int apdus) => card.Faults.RemoveAfterApdus = apdus;

    public override void SpoilCryptogram() => card.Faults.WrongCardCryptogram = true;

    public override void FillMemory() => card.Faults.MemoryFullAtStoreData = 2;
}

/// <summary>A file-system card.</summary>
sealed class SimulatedFileSystemBlank(SimulatedFileSystemCard card) : SimulatedBlank
{
    const int FirstBitOfData = 64;

    public override byte[] Atr => card.Atr;

    public override string SerialNumber => card.SerialNumber;

    public override byte[] Transmit(ReadOnlySpan<byte> command)
    {
        try
        {
            return card.Transmit(command);
        }
        catch (FileSystemCard.CardRemovedException e)
        {
            throw new CardFaultException(CardFault.CardRemoved, e);
        }
        catch (FileSystemCard.CardMuteException e)
        {
            throw new CardFaultException(CardFault.CardMute, e);
        }
    }

    public override void Save(Stream destination) => card.Save(destination);

    public override void PullOutAfter(int apdus) => card.Faults.RemoveAfterApdus = apdus;

    public override bool TryReset()
    {
        card.Reset();
        return !card.Faults.Mute;
    }

    public override void LoseContactAfter(int apdus, bool afterExecution) =>
        (card.Faults.LoseContactAfterApdus, card.Faults.LoseContactAfterExecution) = (apdus, afterExecution);

    public override void SpoilCryptogram() => card.Faults.Mute = true;

    public override void FillMemory() => card.Faults.MemoryFullAfterBytes = FirstBitOfData;
}
