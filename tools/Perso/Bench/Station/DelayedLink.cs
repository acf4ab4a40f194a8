using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace PersoMesh.Perso.Bench.Station;

/// <summary>A network of a given length between a gateway and its broker: each byte arrives so much later, in both directions.</summary>
sealed class DelayedLink : IAsyncDisposable
{
    const int MostAtOnce = 64 * 1024;

    readonly int _target;
    readonly TimeSpan _oneWay;
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Task _accepting;

    public DelayedLink(int target, TimeSpan oneWay)
    {
        (_target, _oneWay) = (target, oneWay);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task ServeAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                near.NoDelay = far.NoDelay = true;
                using var broken = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                // When one side hangs up, the other hears of it.
                await Task.WhenAny(CarryAsync(near, far, broken.Token), CarryAsync(far, near, broken.Token));
                await broken.CancelAsync();
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The broker is gone, or the bench is over.
            }
        }
    }

    async Task CarryAsync(TcpClient from, TcpClient to, CancellationToken cancellationToken)
    {
        var underWay = Channel.CreateUnbounded<(byte[] Bytes, long Sent)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        try
        {
            await Task.WhenAll(SendAsync(), ArriveAsync());
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Hung up.
        }

        async Task SendAsync()
        {
            var buffer = new byte[MostAtOnce];
            while (await from.GetStream().ReadAsync(buffer, cancellationToken) is > 0 and var length)
                underWay.Writer.TryWrite((buffer[..length], Stopwatch.GetTimestamp()));
            underWay.Writer.Complete();
        }

        async Task ArriveAsync()
        {
            await foreach (var (bytes, sent) in underWay.Reader.ReadAllAsync(cancellationToken))
            {
                if (_oneWay - Stopwatch.GetElapsedTime(sent) is { Ticks: > 0 } rest)
                    await Task.Delay(rest, cancellationToken);
                await to.GetStream().WriteAsync(bytes, cancellationToken);
            }
        }
    }
}
