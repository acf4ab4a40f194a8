using System.Security.Cryptography;
using PersoMesh.Keys;
using PersoMesh.SmartCard;

namespace PersoMesh.GlobalPlatform;

/// <summary>
/// The host's side of one secure channel session with a card. A session can be used step by step, or scripted: wrap all commands first,
/// keep <see cref="SaveState"/>, and later, perhaps in another process, <see cref="Resume"/> and unwrap the answers in order.
/// </summary>
/// <remarks>
/// Not thread-safe. Session keys are derived in the security module when first needed and destroyed with this object; the
/// <see cref="CardKeys"/> stay the caller's and must outlive it.
/// </remarks>
public abstract class SecureChannel : IDisposable
{
    // The description of the last answer that was unwrapped: a session that goes step by step needs no other.
    byte[]? _spare;

    private protected SecureChannel(CardKeys keys, ChannelState state) => (Keys, State) = (keys, state);

    /// <summary>The protocol.</summary>
    public SecureChannelProtocol Protocol => State.Protocol;

    /// <summary>The parameter i in force.</summary>
    public byte Implementation => State.Implementation;

    /// <summary>The session's security level.</summary>
    public SecurityLevel Level => State.Level;

    /// <summary>
    /// Number of wrapped commands whose answers must still be unwrapped; always 0 without <see cref="SecurityLevel.RMac"/>.
    /// </summary>
    public int PendingResponses => State.Pending.Count;

    /// <summary>The most bytes of plain command data that fit in one short command (see <see cref="SecureMessagingLimits"/>).</summary>
    public int MaxPlainData => SecureMessagingLimits.MaxPlainData(Protocol, Level, MacLength == 16);

    private protected CardKeys Keys { get; }

    private protected ChannelState State { get; }

    private protected abstract int MacLength { get; }

    private protected abstract int BlockLength { get; }

    /// <summary>
    /// Derives the session keys that the level needs and verifies the card cryptogram, in fixed time, before anything is made that the card
    /// could count as a failed authentication.
    /// </summary>
    /// <param name="keys">The card's static keys: 3DES for SCP02, AES for SCP03.</param>
    /// <param name="hostChallenge">The challenge that was sent in INITIALIZE UPDATE: 8 bytes, 16 in SCP03 S16; copied.</param>
    /// <param name="response">The card's answer to it.</param>
    /// <param name="level">The level to ask for. SCP02: 00, 01, 03, 10, 11, 13. SCP03: 00, 01, 03, 11, 13, 33.</param>
    /// <param name="options">What the answer does not tell; the defaults when null.</param>
    /// <exception cref="CardCryptogramMismatchException">The card does not hold these keys.</exception>
    /// <exception cref="SecureChannelException">The card or protocol does not support the level or i.</exception>
    /// <exception cref="ArgumentException">The keys are for another cipher, or the challenge has another length.</exception>
    /// <exception cref="SecurityModuleException">The security module refused.</exception>
    public static SecureChannel Open(
        CardKeys keys, ReadOnlySpan<byte> hostChallenge, InitializeUpdateResponse response, SecurityLevel level,
        SecureChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(response);
        var channel = Create(keys, hostChallenge, response, level, options ?? new SecureChannelOptions());
        try
        {
            channel.RefuseUnsupportedLevel();
            if (!channel.Matches(response))
                throw new CardCryptogramMismatchException(response.Protocol, response.KeyVersion);
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Continues a session from <see cref="SaveState"/>: more commands can be wrapped, pending answers unwrapped.</summary>
    /// <param name="keys">The same card keys as in <see cref="Open"/>.</param>
    /// <param name="state">The saved state.</param>
    /// <exception cref="SecureChannelException">The state is cut or of another format.</exception>
    public static SecureChannel Resume(CardKeys keys, ReadOnlySpan<byte> state)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var channel = Create(keys, ChannelState.Parse(state));
        channel.RefuseUnsupportedLevel();
        if (!channel.IsConsistent())
            throw ChannelState.Malformed();
        return channel;
    }

    /// <summary>
    /// What <see cref="Resume"/> needs: challenges, counters, chaining values, and per pending answer what its R-MAC covers (with SCP02
    /// the command data as it went to the card). No key and nothing that was not on the wire; but whoever can change it can make this
    /// host accept or send something else, so the caller seals it.
    /// </summary>
    /// <returns>A new buffer, the caller's.</returns>
    public byte[] SaveState() => State.Serialize();

    /// <summary>
    /// Builds EXTERNAL AUTHENTICATE (GPC 2.3.1 §E.5.2), which must be the next command the card gets and must answer 9000.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was built before: a card counts failed ones, it is never built twice.</exception>
    public CommandApdu ExternalAuthenticate()
    {
        if (State.Authenticated)
            throw new InvalidOperationException("EXTERNAL AUTHENTICATE was built already in this session.");
        var command = Protect(new CommandApdu(0x80, 0x82, (byte)Level, 0x00, ComputeHostCryptogram()), SecurityLevel.CMac);
        State.Authenticated = true;
        if (Protocol == SecureChannelProtocol.Scp02)
            State.ResponseChain = [.. State.CommandChain];
        return command;
    }

    /// <summary>Protects the next command of the session as the level says.</summary>
    /// <param name="plain">
    /// The command in clear, any logical channel; its Le is kept. SCP03 also takes more data than fits in a short command.
    /// </param>
    /// <exception cref="InvalidOperationException"><see cref="ExternalAuthenticate"/> comes first, or the session is dead.</exception>
    /// <exception cref="ArgumentException">The data is longer than a command can carry (SCP02: <see cref="MaxPlainData"/>).</exception>
    public WrappedCommand Wrap(CommandApdu plain)
    {
        ArgumentNullException.ThrowIfNull(plain);
        RefuseUnlessOpen();
        var command = Protect(plain, Level);
        if (Level.Has(SecurityLevel.RMac))
            State.Pending.Enqueue(DescribePending(plain, command));
        return new WrappedCommand(++State.Commands, command);
    }

    /// <summary>Verifies and strips the R-MAC of the answer to the oldest command that is still pending, and decrypts its data.</summary>
    /// <param name="answer">The answer as the card gave it, complete (61xx followed to its end).</param>
    /// <returns>
    /// The plain answer; without <see cref="SecurityLevel.RMac"/> the answer itself. A bare error status (6xxx other than 62xx and 63xx)
    /// is not authenticated by the card and is returned as it is.
    /// </returns>
    /// <exception cref="ResponseMacMismatchException">The R-MAC is missing or wrong. The session is dead then.</exception>
    /// <exception cref="InvalidOperationException">No answer is pending.</exception>
    public ResponseApdu Unwrap(ResponseApdu answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        RefuseUnlessOpen();
        if (!Level.Has(SecurityLevel.RMac))
            return answer;
        if (!State.Pending.TryPeek(out var pending))
            throw new InvalidOperationException("No answer of this session is pending.");
        try
        {
            var plain = Verify(pending, answer, State.Commands - State.Pending.Count + 1);
            _spare = State.Pending.Dequeue();
            return plain;
        }
        catch (ResponseMacMismatchException)
        {
            State.Dead = true;
            throw;
        }
    }

    /// <summary>
    /// Encrypts data that is confidential beyond the session (keys, PINs, secret DGIs) under the data encryption key: SCP02 3DES-ECB under
    /// the session DEK (GPC 2.3.1 §E.4.7), SCP03 AES-CBC with a zero IV under the static Key-DEK (GPC Amendment D 1.1.1 §6.2.8).
    /// </summary>
    /// <param name="padded">A multiple of 8 (SCP02) or 16 bytes (SCP03): the caller pads as the application wants it.</param>
    /// <param name="encrypted">At least as long; may be the same buffer; owned by the caller.</param>
    /// <exception cref="ArgumentException">Not whole blocks.</exception>
    public void EncryptSensitiveData(ReadOnlySpan<byte> padded, Span<byte> encrypted)
    {
        if (padded.IsEmpty || padded.Length % BlockLength != 0)
            throw new ArgumentException($"Data for the DEK must be padded to a multiple of {BlockLength} bytes.", nameof(padded));
        EncryptUnderDek(padded, encrypted);
    }

    internal static bool CryptogramMatches(CardKeys keys, ReadOnlySpan<byte> hostChallenge, InitializeUpdateResponse response)
    {
        using var channel = Create(keys, hostChallenge, response, SecurityLevel.None, new SecureChannelOptions());
        return channel.Matches(response);
    }

    internal static byte[] CardCryptogram(CardKeys keys, ReadOnlySpan<byte> hostChallenge, InitializeUpdateResponse response)
    {
        using var channel = Create(keys, hostChallenge, response, SecurityLevel.None, new SecureChannelOptions());
        return channel.ComputeCardCryptogram();
    }

    /// <summary>Destroys the session keys; the card keys are left alone.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Destroys the session keys.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);

    private protected abstract void RefuseUnsupportedLevel();

    private protected abstract bool IsConsistent();

    private protected abstract byte[] ComputeCardCryptogram();

    private protected abstract byte[] ComputeHostCryptogram();

    // Changes the state at its very end only: when the module fails for the moment, the same call can be made again.
    private protected abstract CommandApdu Protect(CommandApdu plain, SecurityLevel level);

    private protected abstract byte[] DescribePending(CommandApdu plain, CommandApdu sent);

    private protected byte[] TakeSpare(int length)
    {
        var spare = _spare?.Length == length ? _spare : new byte[length];
        _spare = null;
        return spare;
    }

    private protected abstract ResponseApdu Verify(byte[] pending, ResponseApdu answer, int commandNumber);

    private protected abstract void EncryptUnderDek(ReadOnlySpan<byte> padded, Span<byte> encrypted);

    static SecureChannel Create(
        CardKeys keys, ReadOnlySpan<byte> hostChallenge, InitializeUpdateResponse response, SecurityLevel level,
        SecureChannelOptions options)
    {
        var expected = response.IsS16 ? 16 : 8;
        if (hostChallenge.Length != expected)
            throw new ArgumentException($"The card answered to a host challenge of {expected} bytes.", nameof(hostChallenge));
        var algorithm = response.Protocol == SecureChannelProtocol.Scp02 ? KeyAlgorithm.TripleDes : KeyAlgorithm.Aes;
        if (keys.Algorithm != algorithm)
            throw new ArgumentException($"The card speaks {response.Protocol}, which takes {algorithm} keys.", nameof(keys));
        return Create(keys, new ChannelState
        {
            Protocol = response.Protocol,
            Implementation = response.Implementation ?? options.Scp02Implementation,
            Level = level,
            Quirks = options.Quirks,
            HostChallenge = hostChallenge.ToArray(),
            CardChallenge = response.CardChallenge.ToArray(),
            SequenceCounter = response.SequenceCounter ?? 0,
        });
    }

    bool Matches(InitializeUpdateResponse response) =>
        CryptographicOperations.FixedTimeEquals(ComputeCardCryptogram(), response.CardCryptogram.Span);

    static SecureChannel Create(CardKeys keys, ChannelState state) => state.Protocol == SecureChannelProtocol.Scp02
        ? new Scp02SecureChannel(keys, state)
        : new Scp03SecureChannel(keys, state);

    void RefuseUnlessOpen()
    {
        if (!State.Authenticated)
            throw new InvalidOperationException("EXTERNAL AUTHENTICATE must be built and sent first.");
        if (State.Dead)
            throw new InvalidOperationException("The session is dead since an R-MAC did not verify: reset the card and open a new one.");
    }
}
