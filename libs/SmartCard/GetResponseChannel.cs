using System.Buffers;

namespace PersoMesh.SmartCard;

/// <summary>
/// Brings back whole responses: fetches what a card announces with 61xx, repeats a command with the length that 6Cxx names, and on T=0
/// follows a warning to a command with data by GET RESPONSE (ISO/IEC 7816-3 §12.2.1, ISO/IEC 7816-4 §7.6.1, EMV 4.3 Book 1 §9.3, Annex A).
/// </summary>
/// <remarks>
/// A command protected by secure messaging is repeated as it is, byte for byte but Le, so its MAC stays good. GET RESPONSE itself is never
/// protected. Extended commands go through unchanged on T=0 too: readers that take them do the rest. Not thread-safe.
/// </remarks>
/// <param name="inner">The channel to the card.</param>
/// <param name="protocol">On T=0 the Le of a command with data is not sent: the card has no place for it.</param>
public sealed class GetResponseChannel(ICardChannel inner, TransmissionProtocol protocol) : ICardChannel
{
    /// <summary>The longest response that is put together, in bytes: the most that Ne can ask for.</summary>
    public const int MaxResponseLength = 65_536;

    // 64 kB take 256 full answers; a card that needs four times as many makes no use of its buffer and is not waited for.
    const int MaxRounds = 1024;

    /// <summary>Sends a command and puts its response together.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellationToken">Stops between and during exchanges. The card may have executed the command.</param>
    /// <returns>
    /// All response data and the last status word, or the first warning when a warning came before the data. May be longer than Ne: nothing
    /// that the card sent is thrown away.
    /// </returns>
    /// <exception cref="CardDataException">
    /// The card announces data without end, or more than <see cref="MaxResponseLength"/> bytes.
    /// </exception>
    public async ValueTask<ResponseApdu> TransmitAsync(CommandApdu command, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        var isCase4 = command is { Data.IsEmpty: false, Ne: not null };
        var dropsLe = protocol == TransmissionProtocol.T0 && isCase4 && !command.IsExtended;
        var sent = dropsLe ? command.WithNe(null) : command;

        var response = await ExchangeAsync(sent, cancellationToken).ConfigureAwait(false);
        if (Sw1(response) == 0x61)
            return await CollectAsync(command, response, warning: null, cancellationToken).ConfigureAwait(false);
        if (protocol == TransmissionProtocol.T0 && isCase4 && response.Data.IsEmpty && StatusWords.IsWarning(response.StatusWord))
            return await CollectAsync(command, response, response.StatusWord, cancellationToken).ConfigureAwait(false);
        return response;
    }

    // EMV Book 1 Annex A7: a warning that came first is the status of the command, also when there proves to be nothing to fetch.
    async ValueTask<ResponseApdu> CollectAsync(
        CommandApdu command, ResponseApdu first, ushort? warning, CancellationToken cancellationToken)
    {
        var collected = new ArrayBufferWriter<byte>();
        var cla = ClassForGetResponse(command.Cla);
        var last = first;
        for (var round = 0; ; round++)
        {
            Append(collected, last.Data.Span);
            var hasMore = Sw1(last) == 0x61;
            if (round > 0 && !hasMore)
                return new ResponseApdu(collected.WrittenMemory, warning ?? last.StatusWord);
            if (round == MaxRounds || (round > 0 && last.Data.IsEmpty))
                throw Endless(collected.WrittenCount);
            last = await ExchangeAsync(new(cla, 0xC0, 0, 0, ne: hasMore ? Length(last) : 256), cancellationToken).ConfigureAwait(false);
        }
    }

    // The card may name the right Le once; a second 6Cxx is its final word.
    async ValueTask<ResponseApdu> ExchangeAsync(CommandApdu command, CancellationToken cancellationToken)
    {
        var response = await inner.TransmitAsync(command, cancellationToken).ConfigureAwait(false);
        return Sw1(response) == 0x6C && command.Ne is not null
            ? await inner.TransmitAsync(command.WithNe(Length(response)), cancellationToken).ConfigureAwait(false)
            : response;
    }

    // The logical channel goes with the command, secure messaging and chaining do not (ISO/IEC 7816-4 §5.1.1). 2G SIMs know class A0 only
    // (3GPP TS 51.011 §9.2).
    static byte ClassForGetResponse(byte cla) => cla switch
    {
        0xA0 => 0xA0,
        _ when (cla & 0x40) == 0 => (byte)(cla & 0x03),
        _ => (byte)(0x40 | (cla & 0x0F)),
    };

    static void Append(ArrayBufferWriter<byte> collected, ReadOnlySpan<byte> data)
    {
        if (collected.WrittenCount + data.Length > MaxResponseLength)
            throw Endless(collected.WrittenCount);
        collected.Write(data);
    }

    static CardDataException Endless(int offset) =>
        new("response APDU", offset, "the card keeps announcing data (61xx) that it does not deliver or that exceeds 65,536 bytes");

    static byte Sw1(ResponseApdu response) => (byte)(response.StatusWord >> 8);

    static int Length(ResponseApdu response) => (byte)response.StatusWord is > 0 and var length ? length : 256;
}
