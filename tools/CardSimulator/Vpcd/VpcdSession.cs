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
sealed class VpcdSession(TcpClient client, SimulatedCard card, TimeProvider time, Func<ReadOnlyMemory<byte>, CancellationToken, Task> beforeCommand)
{
    const byte PowerOff = 0x00;
    const byte PowerOn = 0x01;
    const byte WarmReset = 0x02;
    const byte GetAtr = 0x04;

    // The reader notices at its next look at the card; it never does when pcscd is stopped.
    static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(3);

    readonly NetworkStream _stream = client.GetStream();
    readonly byte[] _length = new byte[2];
    bool _isPowered;
    bool _isPoweringUp;

    /// <summary>Serves the reader until one side breaks off.</summary>
    /// <param name="pulled">The card is pulled.</param>
    public async Task<VpcdSessionEnd> RunAsync(CancellationToken pulled)
    {
        try
        {
            while (true)
                await AnswerAsync(await ReadAsync(pulled), pulled);
        }
        catch (CardMuteException)
        {
            // The protocol has no word for a card that is there and says nothing. A connection that breaks and comes back is how a reader's
            // driver gets an error while the card stays present.
            return VpcdSessionEnd.BrokenOff;
        }
        catch (Exception e) when (e is CardRemovedException or OperationCanceledException)
        {
            await LeaveAsync();
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
                (_isPowered, _isPoweringUp) = (true, true);
                break;
            case [PowerOff]:
                _isPowered = false;
                break;
            case [GetAtr]:
                await WriteAsync(AtrToShow(), pulled);
                _isPoweringUp = false;
                break;
            case { Length: > 1 }:
                await WriteAsync(await TransmitAsync(message, pulled), pulled);
                break;
        }
    }

    // vpcd asks for the ATR also to see whether a card is there. A mute card is, but has none when it is powered up. (No empty message
    // then: vpcd would wait for the rest of it.)
    byte[] AtrToShow() => card.Atr switch
    {
        [] when _isPoweringUp => throw new CardMuteException(),
        [] => [0x3B],
        var atr => atr,
    };

    async Task<byte[]> TransmitAsync(byte[] command, CancellationToken pulled)
    {
        await beforeCommand(command, pulled);
        if (card.Faults.DelayPerApdu > TimeSpan.Zero)
            await Task.Delay(card.Faults.DelayPerApdu, time, pulled);
        return _isPowered ? card.Transmit(command) : throw new CardMuteException();
    }

    async Task<byte[]> ReadAsync(CancellationToken pulled)
    {
        await _stream.ReadExactlyAsync(_length, pulled);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(_length)];
        await _stream.ReadExactlyAsync(message, pulled);
        return message;
    }

    // In one piece, so that it is one packet.
    async Task WriteAsync(byte[] message, CancellationToken pulled)
    {
        var packet = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(packet, checked((ushort)message.Length));
        message.CopyTo(packet, 2);
        await _stream.WriteAsync(packet, pulled);
    }

    // Says nothing more and waits until the reader closes: then it knows that the card is gone, and another one can be inserted.
    async Task LeaveAsync()
    {
        using var patience = new CancellationTokenSource(RemovalPatience);
        try
        {
            client.Client.Shutdown(SocketShutdown.Send);
            while (await _stream.ReadAsync(new byte[256], patience.Token) > 0)
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
