using System.Security.Cryptography;
using PersoMesh.Pcsc.Cards;
using PersoMesh.Pcsc.Native;
using PersoMesh.SmartCard;

namespace PersoMesh.Pcsc;

/// <summary>
/// A card in a PC/SC reader, connected. Sends commands as they are; put a <see cref="GetResponseChannel"/> on top with
/// <see cref="TransmissionProtocol"/> for T=0 and for cards that answer 61xx or 6Cxx.
/// </summary>
/// <remarks>
/// Has a PC/SC context and a thread of its own, so cards in different readers work at the same time. Calls on one card run one after the
/// other. After a <see cref="CardLostException"/>, <see cref="ReconnectAsync"/> mends <see cref="CardLoss.Reset"/>, and
/// <see cref="CardLoss.Mute"/> when only the contact had failed; after any other, nothing but disposing makes sense.
/// </remarks>
public sealed class PcscCard : ICardChannel, IAsyncDisposable
{
    const int LongestResponse = 65_536 + 2;
    const uint SharingPollMilliseconds = 250;

    readonly IPcscApi _api;
    readonly PcscCardOptions _options;
    readonly TimeProvider _time;
    readonly BlockingThread _thread;
    readonly LossJudge _judge;
    readonly byte[] _response = new byte[LongestResponse];
    nint _context;
    nint _card;
    bool _isClosing;

    PcscCard(IPcscApi api, string reader, PcscCardOptions options, TimeProvider time)
    {
        (_api, Reader, _options, _time) = (api, reader, options, time);
        _thread = new BlockingThread($"card in {reader}");
        _judge = new LossJudge(api, time, options.RemovalPatience);
    }

    /// <summary>The reader's name.</summary>
    public string Reader { get; }

    /// <summary>Answer to reset, as of the last connecting or reconnecting.</summary>
    public ReadOnlyMemory<byte> Atr { get; private set; }

    /// <summary>The protocol in use: one of <see cref="CardProtocols"/>.</summary>
    public CardProtocols Protocol { get; private set; }

    /// <summary>The same for <see cref="GetResponseChannel"/>; raw counts as T=1, since its commands travel whole.</summary>
    public TransmissionProtocol TransmissionProtocol =>
        Protocol == CardProtocols.T0 ? TransmissionProtocol.T0 : TransmissionProtocol.T1;

    /// <summary>Done when the connection is closed, which can be later than <see cref="DisposeAsync"/> returns.</summary>
    internal Task Closed => _thread.Ended;

    /// <summary>Connects to the card in a reader of this machine.</summary>
    /// <param name="reader">The reader's name, as <see cref="ReaderMonitor"/> reports it.</param>
    /// <param name="options">How; exclusive with T=0 or T=1 by default.</param>
    /// <param name="cancellationToken">
    /// Gives up, within <see cref="PcscCardOptions.ClosePatience"/>. A connection that comes about nevertheless is closed.
    /// </param>
    /// <exception cref="CardLostException">No card, a mute one, or no such reader.</exception>
    /// <exception cref="PcscException">The card is in use (SCARD_E_SHARING_VIOLATION), or speaks none of the protocols.</exception>
    public static ValueTask<PcscCard> ConnectAsync(
        string reader, PcscCardOptions? options = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(NativePcsc.Instance, reader, options ?? PcscCardOptions.Default, TimeProvider.System, cancellationToken);

    /// <summary>Connects through another implementation of PC/SC, for tests.</summary>
    /// <inheritdoc cref="ConnectAsync(string, PcscCardOptions?, CancellationToken)"/>
    /// <param name="api">The implementation.</param>
    /// <param name="reader">The reader's name.</param>
    /// <param name="options">How.</param>
    /// <param name="time">Clock for the options' patience.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public static async ValueTask<PcscCard> ConnectAsync(
        IPcscApi api, string reader, PcscCardOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentException.ThrowIfNullOrEmpty(reader);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        cancellationToken.ThrowIfCancellationRequested();
        var card = new PcscCard(api, reader, options, time);
        try
        {
            await card.CallAsync(() => card.Connect(cancellationToken), cancellationToken).ConfigureAwait(false);
            return card;
        }
        catch
        {
            await card.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends a command and waits for the response to it, which may be 61xx or 6Cxx.</summary>
    /// <param name="command">The command; extended lengths go through where reader and card take them.</param>
    /// <param name="cancellationToken">Stops waiting. The card goes on working, and the next call waits for it.</param>
    /// <exception cref="CardLostException">Card or reader is lost.</exception>
    /// <exception cref="PcscException">The library refused the command.</exception>
    public async ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        return ResponseApdu.Parse(await ExchangeAsync(command.ToArray(), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Sends an encoded command, byte for byte, and waits for the response.</summary>
    /// <param name="command">Encoded command APDU; stays the caller's and is copied at once.</param>
    /// <param name="cancellationToken">Stops waiting. The card goes on working, and the next call waits for it.</param>
    /// <returns>Response data and status word, at least two bytes; the caller's.</returns>
    /// <exception cref="CardLostException">Card or reader is lost.</exception>
    /// <exception cref="PcscException">The library refused the command.</exception>
    public ValueTask<byte[]> TransmitAsync(ReadOnlyMemory<byte> command, CancellationToken cancellationToken) =>
        new(ExchangeAsync(command.ToArray(), cancellationToken));

    /// <summary>
    /// Resets the card, or (with <see cref="CardDisposition.Leave"/>) takes note that someone else did. ATR and protocol are new.
    /// </summary>
    /// <param name="initialization">Leave, Reset (warm) or Unpower (cold).</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="CardLostException">Card or reader is lost.</exception>
    /// <exception cref="PcscException">The library refused.</exception>
    public async ValueTask ReconnectAsync(CardDisposition initialization, CancellationToken cancellationToken) =>
        await CallAsync(() => Reconnect(initialization), cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Keeps others with a shared connection away from the card until the transaction is disposed. Waits for theirs to end.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting. A transaction that begins nevertheless ends when the card is disposed.</param>
    /// <exception cref="CardLostException">Card or reader is lost.</exception>
    /// <exception cref="PcscException">The library refused.</exception>
    public async ValueTask<IAsyncDisposable> BeginTransactionAsync(CancellationToken cancellationToken)
    {
        await CallAsync(() => Check("SCardBeginTransaction", _api.BeginTransaction(_card)), cancellationToken).ConfigureAwait(false);
        return new Transaction(this);
    }

    /// <summary>Lets go of the card. Does not throw when it is lost already.</summary>
    /// <param name="disposition">What to do with it.</param>
    public async ValueTask DisconnectAsync(CardDisposition disposition)
    {
        if (Interlocked.Exchange(ref _isClosing, true))
            return;
        _ = _thread.RunAsync(() => Close(disposition));
        _thread.End();
        try
        {
            await _thread.Ended.WaitAsync(_options.ClosePatience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A command is still under way. The thread closes the connection when the reader gives up; nobody can make it do so earlier.
        }
    }

    /// <summary>Resets the card, which ends its sessions, and lets go of it.</summary>
    public ValueTask DisposeAsync() => DisconnectAsync(CardDisposition.Reset);

    async Task<byte[]> ExchangeAsync(byte[] command, CancellationToken cancellationToken) =>
        await CallAsync(() => Transmit(command), cancellationToken).ConfigureAwait(false);

    Task<T> CallAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isClosing, this);
        return _thread.RunAsync(() =>
        {
            // What was given up while it waited for the command before it is not begun.
            cancellationToken.ThrowIfCancellationRequested();
            return call();
        }).WaitAsync(cancellationToken);
    }

    // From here on: on the card's thread.
    bool Connect(CancellationToken cancellationToken)
    {
        Check("SCardEstablishContext", _api.EstablishContext(out _context));
        var begun = _time.GetTimestamp();
        while (true)
        {
            var code = _api.Connect(_context, Reader, _options.Mode, _options.Protocols, out _card, out var active);
            if (code == PcscCode.SharingViolation && _time.GetElapsedTime(begun) < _options.SharingPatience && AwaitOtherProgram())
            {
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }

            Check("SCardConnect", code);
            return Describe(active);
        }
    }

    // A change of sharing wakes SCardGetStatusChange, though not with every driver: hence the timeout.
    bool AwaitOtherProgram()
    {
        var status = new ReaderStatus(Reader);
        if (_api.GetStatusChange(_context, 0, [status]) != PcscCode.Success)
            return false;
        status.AcceptEvent();
        return _api.GetStatusChange(_context, SharingPollMilliseconds, [status]) is PcscCode.Success or PcscCode.Timeout;
    }

    bool Reconnect(CardDisposition initialization)
    {
        Check("SCardReconnect", _api.Reconnect(_card, _options.Mode, _options.Protocols, initialization, out var active));
        return Describe(active);
    }

    bool Describe(CardProtocols active)
    {
        Protocol = active;
        Check("SCardStatus", _api.Status(_card, out var atr));
        Atr = atr;
        return true;
    }

    byte[] Transmit(byte[] command)
    {
        var length = 0;
        try
        {
            var code = _api.Transmit(_card, Protocol, command, _response, out length);
            // vpcd's driver, for one, reports success and no bytes when the card is gone.
            Check("SCardTransmit", code == PcscCode.Success && length < 2 ? PcscCode.NotTransacted : code);
            return _response[..length];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(command);
            CryptographicOperations.ZeroMemory(_response.AsSpan(0, length));
        }
    }

    bool Close(CardDisposition disposition)
    {
        if (_card != 0)
            _api.Disconnect(_card, disposition);
        if (_context != 0)
            _api.ReleaseContext(_context);
        (_card, _context) = (0, 0);
        return true;
    }

    bool Check(string function, PcscCode code)
    {
        if (code == PcscCode.Success)
            return true;
        throw LossJudge.IsRefusal(code)
            ? new PcscException(function, code, Reader)
            : new CardLostException(_judge.Judge(code, Reader), function, code, Reader);
    }

    sealed class Transaction(PcscCard card) : IAsyncDisposable
    {
        // A transaction ends with its card; that the card is lost is told by the next command.
        public async ValueTask DisposeAsync()
        {
            if (card._isClosing)
                return;
            await card.CallAsync(() => card._api.EndTransaction(card._card, CardDisposition.Leave), CancellationToken.None)
                .ConfigureAwait(false);
        }
    }
}
