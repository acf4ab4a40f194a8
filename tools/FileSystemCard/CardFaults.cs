namespace PersoMesh.FileSystemCard;

/// <summary>
/// What goes wrong with a card, for tests. Counts begin again with every <see cref="SimulatedFileSystemCard.Reset"/>. Not saved with the
/// card.
/// </summary>
public sealed class CardFaults
{
    /// <summary>How long the card thinks about each APDU. The reader waits, not <see cref="SimulatedFileSystemCard.Transmit"/>.</summary>
    public TimeSpan DelayPerApdu { get; set; }

    /// <summary>The card answers this many APDUs; at the next one it is gone. Fires once: the card works again after a reset.</summary>
    public int? RemoveAfterApdus { get; set; }

    /// <summary>The APDU at which the card is removed is still carried out; only its response is lost.</summary>
    public bool RemoveAfterExecution { get; set; }

    /// <summary>
    /// The card answers this many APDUs; at the next one its contacts fail, and it answers nothing until it is reset. Fires once. It is not
    /// taken out.
    /// </summary>
    public int? LoseContactAfterApdus { get; set; }

    /// <summary>The APDU at which the contact is lost is still carried out; only its response is lost.</summary>
    public bool LoseContactAfterExecution { get; set; }

    /// <summary>The card has no ATR and answers nothing.</summary>
    public bool Mute { get; set; }

    /// <summary>6A84 for any file or record that would bring the memory taken since the reset above this many bytes.</summary>
    public int? MemoryFullAfterBytes { get; set; }

    /// <summary>The n-th UPDATE or APPEND (1 is the first) stores its last byte with a bit turned: worn-out memory.</summary>
    public int? WrongBitAtWrite { get; set; }

    /// <summary>Status words returned instead of execution.</summary>
    public IList<ForcedStatus> ForcedStatuses { get; } = [];
}

/// <summary>The card answers <paramref name="Status"/> to the n-th command with an instruction byte and does not execute it.</summary>
/// <param name="Ins">Instruction byte.</param>
/// <param name="Occurrence">1 is the first.</param>
/// <param name="Status">Status word.</param>
public sealed record ForcedStatus(byte Ins, int Occurrence, ushort Status);

/// <summary>The card is not in the reader any more.</summary>
public sealed class CardRemovedException() : IOException("The simulated card was removed from the reader.");

/// <summary>The card does not answer.</summary>
public sealed class CardMuteException() : IOException("The simulated card does not answer.");
