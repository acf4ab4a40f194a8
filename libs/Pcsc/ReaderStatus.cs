namespace PersoMesh.Pcsc;

/// <summary>State of a reader (SCARD_STATE_…).</summary>
[Flags]
public enum ReaderStates
{
    /// <summary>The application does not know the state and wants to be told at once.</summary>
    Unaware = 0,

    /// <summary>Do not look at this reader.</summary>
    Ignore = 0x0001,

    /// <summary>The state differs from the one that the application knew.</summary>
    Changed = 0x0002,

    /// <summary>No such reader.</summary>
    Unknown = 0x0004,

    /// <summary>The reader does not tell its state.</summary>
    Unavailable = 0x0008,

    /// <summary>No card.</summary>
    Empty = 0x0010,

    /// <summary>A card.</summary>
    Present = 0x0020,

    /// <summary>A card with the ATR that was asked for.</summary>
    AtrMatch = 0x0040,

    /// <summary>A program has the card for itself.</summary>
    Exclusive = 0x0080,

    /// <summary>Programs share the card.</summary>
    InUse = 0x0100,

    /// <summary>A card that does not answer to reset.</summary>
    Mute = 0x0200,

    /// <summary>A card without power.</summary>
    Unpowered = 0x0400,
}

/// <summary>One reader in a question to SCardGetStatusChange (SCARD_READERSTATE). Not thread-safe.</summary>
/// <param name="reader">The reader's name, or <see cref="PnpNotification"/>.</param>
public sealed class ReaderStatus(string reader)
{
    /// <summary>Name of the pseudo reader whose state changes when readers come and go.</summary>
    public const string PnpNotification = @"\\?PnP?\Notification";

    /// <summary>The reader's name.</summary>
    public string Reader { get; } = reader;

    /// <summary>
    /// What the application knows (dwCurrentState): 0, or an earlier <see cref="EventState"/> without <see cref="ReaderStates.Changed"/>.
    /// </summary>
    public uint CurrentState { get; set; }

    /// <summary>What is (dwEventState): <see cref="States"/> in the low 16 bits, <see cref="EventCount"/> in the high ones.</summary>
    public uint EventState { get; set; }

    /// <summary>Answer to reset; empty without a card.</summary>
    public byte[] Atr { get; set; } = [];

    /// <summary>The flags of <see cref="EventState"/>.</summary>
    public ReaderStates States => (ReaderStates)(EventState & 0xFFFF);

    /// <summary>Insertions and removals that the service has counted in this reader, modulo 65,536; 0 where it does not count.</summary>
    public int EventCount => (int)(EventState >> 16);

    /// <summary>Takes <see cref="EventState"/> as known, so that the next call waits for what comes after it.</summary>
    public void AcceptEvent() => CurrentState = EventState & ~(uint)ReaderStates.Changed;
}
