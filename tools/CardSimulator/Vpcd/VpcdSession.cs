using System.Buffers.Binary;
using System.Net.Sockets;

namespace PersoMesh.CardSimulator.Vpcd;

enum VpcdSessionEnd
{
    /// <summary>The reader broke off, or the card made it do so; the card is still in the slot.</summary>
    BrokenOff,
    CardRemoved,
}

/// <summary>
/// The card's side of one connection to vpcd (STANDARDS.md §6.4): each message is a length of two bytes, big-endian, and as many bytes. One
/// byte is a control command; anything else is a command APDU, which is answered with the response.
/// </summary>
/// <param name="client">The connection.</param>
/// <param name="card">The card.</param>
/// <param name="time">Clock for the card's delays.</param>
/// <param name="beforeCommand">See <see cref="VpcdConnection.BeforeCommand"/>.</param>
sealed class VpcdSession(
    TcpClient client, IContactCard card, TimeProvider time, Func<ReadOnlyMemory<byte>, CancellationToken, Task> beforeCommand)
{
    const byte PowerOff = 0x00;
    const byte PowerOn = 0x01;
    const byte WarmReset = 0x02;
    const byte GetAtr = 0x04;

    // vpcd asks for the ATR to see whether a card is there, pcscd once more before it powers up a card that it has not seen before.
    const int LooksBeforePower = 2;

    // The reader notices a card that comes or goes at its next look; it never does when pcscd is stopped.
    static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(3);

    readonly NetworkStream _stream = client.GetStream();
    readonly byte[] _length = new byte[2];
    int _looks;
    bool _isPowered;
    bool _isPoweringUp;

    /// <summary>The reader has powered up the card, so it knows that there is a new one.</summary>
    public bool IsNoticed { get; private set; }

    /// <summary>Serves the reader until one side breaks off.</summary>
    /// <param name="isNew">
    /// The reader has to power up the card. It does not when the card before it was pulled after pcscd's last look: then pcscd takes this
    /// card for that one. The session breaks off, which pcscd sees as a removal, and the next one is as it should be.
    /// </param>
    /// <param name="pulled">The card is pulled.</param>
    public async Task<VpcdSessionEnd> RunAsync(bool isNew, CancellationToken pulled)
    {
        try
        {
            while (!isNew || IsNoticed || _looks <= LooksBeforePower)
                await AnswerAsync(await ReadAsync(pulled), pulled);
            return VpcdSessionEnd.BrokenOff;
        }
        catch (CardMuteException)
        {
            // The protocol has no word for a card that is there and says nothing. A connection that breaks and comes back is how a reader's
            // driver gets an error while the card stays present.
            return VpcdSessionEnd.BrokenOff;
        }
        catch (Exception e) when (e is CardRemovedException or OperationCanceledException)
        {
            using var patience = new CancellationTokenSource(RemovalPatience);
            if (isNew)
                await AwaitNoticeAsync(patience.Token);
            await LeaveAsync(patience.Token);
            return VpcdSessionEnd.CardRemoved;
        }
        catch (IOException)
        {
            return VpcdSessionEnd.BrokenOff;
        }
    }

    async Task AnswerAsync(byte[] message, CancellationToken pulled)
    {
        switch (message)
        {
            case [PowerOn or WarmReset]:
                card.Reset();
                (_isPowered, _isPoweringUp, _looks) = (true, true, 0);
                IsNoticed |= message[0] == PowerOn;
                break;
            case [PowerOff]:
                // What pcscd still owed the card before: it looks, powers off, and begins anew.
                (_isPowered, _looks) = (false, 0);
                break;
            case [GetAtr]:
                _looks += _isPoweringUp ? 0 : 1;
                await WriteAsync(AtrToShow(), pulled);
                _isPoweringUp = false;
                break;
            case { Length: > 1 }:
                await WriteAsync(await TransmitAsync(message, pulled), pulled);
                break;
        }
    }

    // A mute card is there when the reader looks, but has no ATR when it is powered up. (No empty message then: vpcd would wait for the
    // rest of it.)
    byte[] AtrToShow() => card.Atr switch
    {
        [] when _isPoweringUp => throw new CardMuteException(),
        [] => [0x3B],
        var atr => atr,
    };

    async Task<byte[]> TransmitAsync(byte[] command, CancellationToken pulled)
    {
        await beforeCommand(command, pulled);
        if (card.DelayPerApdu > TimeSpan.Zero)
            await Task.Delay(card.DelayPerApdu, time, pulled);
        return _isPowered ? card.Transmit(command) : throw new CardMuteException();
    }

    async Task<byte[]> ReadAsync(CancellationToken pulled)
    {
        await _stream.ReadExactlyAsync(_length, pulled);
        AcknowledgeAtOnce();
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(_length)];
        await _stream.ReadExactlyAsync(message, pulled);
        return message;
    }

    // vpcd (3.3) sends length and message as two packets, the second when the first is acknowledged, which Linux likes to do 40 ms later.
    void AcknowledgeAtOnce()
    {
        const int Tcp = 6;
        const int QuickAck = 12;
        if (OperatingSystem.IsLinux())
            client.Client.SetRawSocketOption(Tcp, QuickAck, [1, 0, 0, 0]);
    }

    // In one piece, so that it is one packet.
    async Task WriteAsync(byte[] message, CancellationToken pulled)
    {
        var packet = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, checked((ushort)message.Length));
        message.CopyTo(packet, 2);
        await _stream.WriteAsync(packet, pulled);
    }

    // A hand is not as quick as this program: pcscd gets out of step when a card is gone before it was ever looked at.
    async Task AwaitNoticeAsync(CancellationToken patience)
    {
        try
        {
            while (!IsNoticed && _looks <= LooksBeforePower)
                await AnswerAsync(await ReadAsync(patience), patience);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Pulled unnoticed.
        }
    }

    // Says nothing more and waits until the reader closes: then it knows that the card is gone, and another one can be inserted.
    async Task LeaveAsync(CancellationToken patience)
    {
        try
        {
            client.Client.Shutdown(SocketShutdown.Send);
            while (await _stream.ReadAsync(new byte[256], patience) > 0)
            {
                // What the reader still asks is not answered.
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Gone as well.
        }
    }
}
