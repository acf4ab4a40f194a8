using PersoMesh.CardSimulator.Persistence;

namespace PersoMesh.CardSimulator.SecureChannel;

/// <summary>Security level of a session, as P1 of EXTERNAL AUTHENTICATE codes it.</summary>
[Flags]
enum SecurityLevel
{
    Authenticated = 0,
    CommandMac = 0x01,
    CommandDecryption = 0x02,
    ResponseMac = 0x10,
    ResponseEncryption = 0x20,
}

/// <summary>The card's end of one secure channel session, from INITIALIZE UPDATE on.</summary>
abstract class CardChannel(KeySetState keySet)
{
    public KeySetState KeySet { get; } = keySet;

    /// <summary>Response data of the INITIALIZE UPDATE that opened the session.</summary>
    public byte[] InitializeUpdateResponse { get; protected init; } = [];

    /// <summary>True after EXTERNAL AUTHENTICATE succeeded.</summary>
    public bool IsAuthenticated { get; private set; }

    /// <summary>True after a security error: every command is refused until the session is terminated (GPC 2.3.1 §10.2.3).</summary>
    public bool IsAborted { get; private set; }

    public SecurityLevel Level { get; private set; }

    public bool Has(SecurityLevel level) => (Level & level) == level;

    /// <summary>Levels this protocol and its options (i) allow in P1 of EXTERNAL AUTHENTICATE.</summary>
    public abstract bool Allows(SecurityLevel level);

    /// <summary>Verifies host cryptogram and C-MAC of EXTERNAL AUTHENTICATE; on success the session is open at the level in P1.</summary>
    /// <returns>9000, 6300 (host cryptogram) or 6982 (C-MAC).</returns>
    public ushort Authenticate(in CardCommand command)
    {
        var status = VerifyHost(command);
        if (status != StatusWord.Ok)
            return status;
        Level = (SecurityLevel)command.P1;
        IsAuthenticated = true;
        return status;
    }

    /// <summary>Takes secure messaging off a command.</summary>
    /// <exception cref="CardStatusException">6982; the session is aborted.</exception>
    public CardCommand Unwrap(in CardCommand command)
    {
        if (command.IsSecured != Has(SecurityLevel.CommandMac) || !TryUnwrap(command, out var plain))
        {
            IsAborted = true;
            throw new CardStatusException(StatusWord.SecurityStatusNotSatisfied);
        }

        return plain;
    }

    /// <summary>Puts response protection on, as the session's level asks.</summary>
    public abstract CardResponse Wrap(in CardResponse response);

    /// <summary>Decrypts keys and secret data groupings with the data encryption key.</summary>
    /// <param name="data">A multiple of <see cref="DekBlock"/> bytes, not empty.</param>
    public abstract byte[] DecryptSensitive(ReadOnlySpan<byte> data);

    public abstract int DekBlock { get; }

    protected abstract ushort VerifyHost(in CardCommand externalAuthenticate);

    protected abstract bool TryUnwrap(in CardCommand command, out CardCommand plain);
}
