using System.Net.Sockets;

namespace PersoMesh.CardSimulator.Vpcd;

/// <summary>
/// One slot of vsmartcard's vpcd, seen from the card's side: while a card is inserted, it is a card in a PC/SC reader for every program of
/// the machine. Connects again whenever the reader's side breaks off, as when pcscd restarts.
/// </summary>
/// <param name="host">Machine where pcscd runs.</param>
/// <param name="port">Port of the slot: 35963 for the first one of Debian's configuration.</param>
/// <param name="time">Clock for delays.</param>
public sealed class VpcdConnection(string host, int port, TimeProvider? time = null) : IAsyncDisposable
{
    static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    readonly TimeProvider _time = time ?? TimeProvider.System;
    CancellationTokenSource _pull = new();
    Task _serving = Task.CompletedTask;

    /// <summary>
    /// For tests: runs when the reader has sent a command and before the card gets it; the reader waits. Encoded command APDU; cancelled
    /// when the card is removed.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, Task>? BeforeCommand { get; set; }

    /// <summary>
    /// True from <see cref="Insert"/> until the card is removed, be it by a fault of its own (<see cref="CardFaults.RemoveAfterApdus"/>).
    /// </summary>
    public bool IsCardInserted => !_serving.IsCompleted;

    /// <summary>Puts a card into the slot. The reader sees it when pcscd looks, which is every 0.4 s.</summary>
    /// <param name="card">The card; nobody else may use it until it is removed.</param>
    /// <exception cref="InvalidOperationException">There is a card in the slot.</exception>
    public void Insert(IContactCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        if (IsCardInserted)
            throw new InvalidOperationException($"There is a card in slot {host}:{port}: remove it first.");
        _pull.Dispose();
        _pull = new();
        _serving = ServeAsync(card, _pull.Token);
    }

    /// <summary>
    /// Pulls the card, also in the middle of a command, and returns when the reader has let go of it, or after 3 s. Without a card it does
    /// nothing.
    /// </summary>
    public async Task RemoveAsync()
    {
        await _pull.CancelAsync();
        await _serving;
    }

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync();
        _pull.Dispose();
    }

    async Task ServeAsync(IContactCard card, CancellationToken pulled)
    {
        var isNew = true;
        while (await ConnectAsync(pulled) is { } client)
        {
            using (client)
            {
                var session = new VpcdSession(client, card, _time, BeforeCommandAsync);
                if (await session.RunAsync(isNew, pulled) == VpcdSessionEnd.CardRemoved)
                    return;
                isNew &= !session.IsNoticed;
            }
        }
    }

    // Read anew for each command: tests set it while a card is inserted.
    Task BeforeCommandAsync(ReadOnlyMemory<byte> command, CancellationToken pulled) =>
        BeforeCommand?.Invoke(command, pulled) ?? Task.CompletedTask;

    // Null when the card is pulled before anybody took it.
    async Task<TcpClient?> ConnectAsync(CancellationToken pulled)
    {
        while (!pulled.IsCancellationRequested)
        {
            var client = new TcpClient { NoDelay = true };
            try
            {
                await client.ConnectAsync(host, port, pulled);
                return client;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                client.Dispose();
            }

            await Task.Delay(RetryDelay, _time, pulled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }
}
