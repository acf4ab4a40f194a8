using System.Buffers.Binary;
using System.Net.Sockets;
using PersoMesh.FileSystemCard;

namespace PersoMesh.VirtualCards.Tests;

/// <summary>A file-system card in a slot of vpcd (STANDARDS.md §6.4), until it is disposed.</summary>
sealed class VpcdCard : IAsyncDisposable
{
    const byte PowerOff = 0x00;
    const byte GetAtr = 0x04;

    readonly TcpClient _client = new() { NoDelay = true };
    readonly Task _serving;

    public VpcdCard(int port, SimulatedFileSystemCard card)
    {
        _client.Connect("127.0.0.1", port);
        _serving = ServeAsync(card);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _serving;
    }

    // Each message is a length of two bytes and as many bytes; one byte is a control command.
    async Task ServeAsync(SimulatedFileSystemCard card)
    {
        try
        {
            var stream = _client.GetStream();
            var length = new byte[2];
            while (true)
            {
                await stream.ReadExactlyAsync(length);
                var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message);
                if (message is [not GetAtr])
                {
                    if (message is not [PowerOff])
                        card.Reset();
                    continue;
                }

                var answer = message is [GetAtr] ? card.Atr : card.Transmit(message);
                await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // Disposed, or pcscd is gone.
        }
    }
}
