namespace PersoMesh.Pcsc;

/// <summary>
/// The functions of PC/SC (PC/SC part 5; SCard… in pcsc-lite and WinSCard) that this library uses, without their C types. The seam for
/// tests; <see cref="Native.NativePcsc"/> is the real one.
/// </summary>
/// <remarks>
/// Thread-safe, but calls on one context wait for each other, except <see cref="Cancel"/>: hence one context for each thing that blocks.
/// Nothing throws on a code; the caller judges. Handles are what the library returned.
/// </remarks>
public interface IPcscApi
{
    /// <summary>SCardEstablishContext, scope system: a connection to the service.</summary>
    PcscCode EstablishContext(out nint context);

    /// <summary>SCardReleaseContext. Cards connected through it are disconnected and reset.</summary>
    PcscCode ReleaseContext(nint context);

    /// <summary>SCardCancel: ends <see cref="GetStatusChange"/> of this context, if it blocks at this moment.</summary>
    PcscCode Cancel(nint context);

    /// <summary>SCardListReaders: all readers of the system.</summary>
    /// <param name="context">The context.</param>
    /// <param name="readers">Their names; empty unless the code is Success.</param>
    PcscCode ListReaders(nint context, out IReadOnlyList<string> readers);

    /// <summary>SCardGetStatusChange: waits until the state of a reader differs from its <see cref="ReaderStatus.CurrentState"/>.</summary>
    /// <param name="context">The context.</param>
    /// <param name="timeoutMilliseconds">How long to wait; 0 returns what is.</param>
    /// <param name="readers">The readers to look at; event state and ATR are filled in on Success.</param>
    PcscCode GetStatusChange(nint context, uint timeoutMilliseconds, IReadOnlyList<ReaderStatus> readers);

    /// <summary>SCardConnect.</summary>
    /// <param name="context">The context.</param>
    /// <param name="reader">The reader's name.</param>
    /// <param name="mode">Who else may use the card meanwhile.</param>
    /// <param name="preferred">The protocols to choose from.</param>
    /// <param name="card">The connection.</param>
    /// <param name="active">The protocol that was chosen.</param>
    PcscCode Connect(nint context, string reader, ShareMode mode, CardProtocols preferred, out nint card, out CardProtocols active);

    /// <summary>SCardReconnect: resets the card or takes note that someone else did.</summary>
    PcscCode Reconnect(nint card, ShareMode mode, CardProtocols preferred, CardDisposition initialization, out CardProtocols active);

    /// <summary>SCardDisconnect.</summary>
    PcscCode Disconnect(nint card, CardDisposition disposition);

    /// <summary>SCardBeginTransaction: others with a shared connection wait from now on.</summary>
    PcscCode BeginTransaction(nint card);

    /// <summary>SCardEndTransaction.</summary>
    PcscCode EndTransaction(nint card, CardDisposition disposition);

    /// <summary>SCardStatus, of which only the answer to reset is read.</summary>
    /// <param name="card">The connection.</param>
    /// <param name="atr">Answer to reset; empty unless the code is Success.</param>
    PcscCode Status(nint card, out byte[] atr);

    /// <summary>SCardTransmit.</summary>
    /// <param name="card">The connection.</param>
    /// <param name="protocol">The active protocol.</param>
    /// <param name="command">Encoded command APDU.</param>
    /// <param name="response">Receives the response; 65,538 bytes hold any.</param>
    /// <param name="length">Length of the response in bytes; 0 unless the code is Success.</param>
    PcscCode Transmit(nint card, CardProtocols protocol, ReadOnlySpan<byte> command, Span<byte> response, out int length);
}
