using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>Life cycle states of the card (GPC 2.3.1 table 11-6).</summary>
public enum CardLifeCycle
{
    /// <summary>Ready for commands, not personalized.</summary>
    OpReady = 0x01,

    /// <summary>Initialized: some data is there.</summary>
    Initialized = 0x07,

    /// <summary>Issued; no way back to <see cref="Initialized"/>.</summary>
    Secured = 0x0F,

    /// <summary>Locked by the issuer; can return to <see cref="Secured"/>.</summary>
    CardLocked = 0x7F,

    /// <summary>Dead for ever.</summary>
    Terminated = 0xFF,
}

/// <summary>
/// Life cycle states of applications and security domains (GPC 2.3.1 tables 11-4 and 11-5); applications may have more of their own.
/// </summary>
public enum ApplicationLifeCycle
{
    /// <summary>Installed, cannot be selected yet.</summary>
    Installed = 0x03,

    /// <summary>Can be selected.</summary>
    Selectable = 0x07,

    /// <summary>Personalized: the value of security domains, and the usual one of applications.</summary>
    Personalized = 0x0F,

    /// <summary>Locked; the lower bits of a locked application's state tell where it will return to.</summary>
    Locked = 0x83,
}

/// <summary>The SET STATUS command (GPC 2.3.1 §11.10).</summary>
public static class SetStatus
{
    /// <summary>Moves the card to another state.</summary>
    /// <param name="state">Any state but <see cref="CardLifeCycle.Terminated"/>, for which there is <see cref="TerminateCard"/>.</param>
    /// <exception cref="ArgumentException">The state is <see cref="CardLifeCycle.Terminated"/>, or none.</exception>
    public static CommandApdu Card(CardLifeCycle state) => state is not CardLifeCycle.Terminated && Enum.IsDefined(state)
        ? new CommandApdu(0x80, 0xF0, 0x80, (byte)state)
        : throw new ArgumentException("Not a state to move a card to; terminating it has a method of its own.", nameof(state));

    /// <summary>Kills the card, irreversibly. Guard the use of it by policy and a second person.</summary>
    public static CommandApdu TerminateCard() => new(0x80, 0xF0, 0x80, (byte)CardLifeCycle.Terminated);

    /// <summary>Moves an application or security domain to another state.</summary>
    /// <param name="aid">Its AID; copied.</param>
    /// <param name="state">
    /// The state, also one of the application's own. Of another application only locking (bit 8) and unlocking are allowed.
    /// </param>
    /// <exception cref="ArgumentException">The AID has not 5 to 16 bytes.</exception>
    public static CommandApdu Application(ReadOnlySpan<byte> aid, byte state) =>
        new(0x80, 0xF0, 0x40, state, Aid.Require(aid, nameof(aid)).ToArray());

    /// <summary>Locks or unlocks a security domain and all applications that belong to it.</summary>
    /// <param name="aid">AID of the security domain; copied.</param>
    /// <param name="locked">True to lock, false to return to the states before.</param>
    /// <exception cref="ArgumentException">The AID has not 5 to 16 bytes.</exception>
    public static CommandApdu SecurityDomainAndApplications(ReadOnlySpan<byte> aid, bool locked) =>
        new(0x80, 0xF0, 0x60, (byte)(locked ? 0x80 : 0x00), Aid.Require(aid, nameof(aid)).ToArray());
}
