namespace PersoMesh.Pcsc;

/// <summary>Who may use a card at the same time (SCARD_SHARE_…).</summary>
public enum ShareMode
{
    /// <summary>Nobody else; refused while anybody has a connection.</summary>
    Exclusive = 1,

    /// <summary>Others with a shared connection.</summary>
    Shared = 2,
}

/// <summary>Transmission protocols (SCARD_PROTOCOL_…); the values are pcsc-lite's.</summary>
[Flags]
public enum CardProtocols
{
    /// <summary>None yet.</summary>
    None = 0,

    /// <summary>T=0 (ISO/IEC 7816-3 §10).</summary>
    T0 = 1,

    /// <summary>T=1 (ISO/IEC 7816-3 §11); also how contactless cards appear.</summary>
    T1 = 2,

    /// <summary>Bytes as they are, for cards and readers with a protocol of their own. 4 in pcsc-lite, 0x10000 on Windows.</summary>
    Raw = 4,

    /// <summary>Whichever of the two standard protocols the card prefers.</summary>
    Any = T0 | T1,
}

/// <summary>What to do with a card (SCARD_LEAVE_CARD and others).</summary>
public enum CardDisposition
{
    /// <summary>Nothing: its state stays, also an open secure channel.</summary>
    Leave = 0,

    /// <summary>Warm reset.</summary>
    Reset = 1,

    /// <summary>Power off; on reconnecting, off and on (cold reset).</summary>
    Unpower = 2,

    /// <summary>Eject, with readers that can.</summary>
    Eject = 3,
}
