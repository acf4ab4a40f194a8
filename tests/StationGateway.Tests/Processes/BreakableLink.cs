using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace PersoMesh.StationGateway.Tests.Processes;

/// <summary>The network between a gateway and its broker, which can be cut: open connections break, new ones are refused.</summary>
sealed class BreakableLink : IAsyncDisposable
{
    readonly int _target;
    readonly ConcurrentBag<TcpClient> _clients = [];
    TcpListener _listener = new(IPAddress.Loopback, 0);
    Task _accepting;

    public BreakableLink(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
    }

    public int Port { get; }

    /// <summary>Connections that were made so far.</summary>
    public int Connections { get; private set; }

    public async Task CutAsync()
    {
        _listener.Dispose();
        await _accepting;
        while (_clients.TryTake(out var client))
            client.Dispose();
    }

    public void Mend()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var (from, to) = (await listener.AcceptTcpClientAsync(), new TcpClient());
                _clients.Add(from);
                _clients.Add(to);
                await to.ConnectAsync(IPAddress.Loopback, _target);
                Connections++;
                _ = CopyAsync(from, to);
                _ = CopyAsync(to, from);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }
}
