using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PersoMesh.CardSimulator.Vpcd;

/// <summary>
/// A simulated feeding machine before vpcd's slots: puts simulated cards into PC/SC readers and takes them to its piles, as the orders say that come over
/// TCP, one line each: <c>FEED reader</c>, <c>FLIP reader</c>, <c>STACK GOOD|REJECTED|UNRESOLVED reader</c>. Answers <c>OK</c>, <c>EMPTY</c> or <c>ERROR</c>.
/// Thread-safe.
/// </summary>
/// <typeparam name="TCard">The simulated cards that it feeds.</typeparam>
public class CardMachine<TCard> : IAsyncDisposable
    where TCard : class, IContactCard
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<string, Place> _places;
    readonly Func<string, TCard?> _magazine;
    readonly ConcurrentQueue<StackedCard<TCard>> _stack = new();
    readonly Task _serving;

    /// <summary>Starts a machine.</summary>
    /// <param name="slots">Port of vpcd's slot by PC/SC reader name.</param>
    /// <param name="magazine">The next blank for a reader; null when there are no more.</param>
    public CardMachine(IReadOnlyDictionary<string, int> slots, Func<string, TCard?> magazine)
    {
        _places = slots.ToDictionary(slot => slot.Key, slot => new Place(new VpcdConnection("127.0.0.1", slot.Value)), StringComparer.Ordinal);
        _magazine = magazine;
        _listener.Start();
        _serving = AcceptAsync();
    }

    /// <summary>
    /// What the machine reads of a blank before it feeds it, for <c>PEEK reader</c>: key diversification data in hexadecimal, a space, the sequence
    /// counter. Null when it cannot read any.
    /// </summary>
    public Func<TCard, string?>? Identify { get; init; }

    /// <summary>Where it takes orders.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cards that were stacked, in order.</summary>
    public IReadOnlyCollection<StackedCard<TCard>> Stack => _stack;

    /// <summary>Times that a card was turned over.</summary>
    public int Flips => _places.Values.Sum(place => place.Flips);

    /// <summary>The card in a reader; null when there is none.</summary>
    public TCard? CardIn(string reader) => _places[reader].Card;

    /// <summary>Holds the card in a reader at the command after so many, before it gets it, until <see cref="Release"/>.</summary>
    /// <returns>The card, once it is held.</returns>
    public Task<TCard> HoldAfter(string reader, int commands)
    {
        var place = _places[reader];
        TaskCompletionSource<TCard> held = new();
        place.Released = new();
        place.Connection.BeforeCommand = (_, pulled) =>
        {
            if (commands-- > 0)
                return Task.CompletedTask;
            held.TrySetResult(place.Card!);
            return place.Released.Task.WaitAsync(pulled);
        };
        return held.Task;
    }

    /// <summary>Ends what <see cref="HoldAfter"/> began.</summary>
    public void Release(string reader)
    {
        _places[reader].Connection.BeforeCommand = null;
        _places[reader].Released.TrySetResult();
    }

    /// <summary>Somebody pulls the card out, in the middle of whatever it does. It is lost to the machine; its next orders find the reader empty.</summary>
    public async Task<TCard?> PullAsync(string reader)
    {
        var place = _places[reader];
        await place.Connection.RemoveAsync();
        var card = place.Card;
        place.Card = null;
        return card;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        foreach (var place in _places.Values)
            await place.Connection.DisposeAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var orders = new StreamReader(client.GetStream(), Encoding.UTF8))
        {
            client.NoDelay = true;
            try
            {
                while (await orders.ReadLineAsync(_stop.Token) is { } order)
                    await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(await ObeyAsync(order) + "\n"), _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The gateway is gone, or the machine is switched off.
            }
        }
    }

    async Task<string> ObeyAsync(string order)
    {
        var words = order.Split(' ', 2);
        var (verb, rest) = (words[0], words.Length > 1 ? words[1] : "");
        var pile = "";
        if (verb == "STACK" && rest.Split(' ', 2) is [var named, var reader])
            (pile, rest) = (named, reader);
        if (!_places.TryGetValue(rest, out var place))
            return $"ERROR no reader '{rest}'";
        await place.Gate.WaitAsync();
        try
        {
            switch (verb)
            {
                case "FEED":
                    return Feed(rest, place);
                case "PEEK":
                    place.Next ??= _magazine(rest);
                    return place.Next is { } next && Identify?.Invoke(next) is { } identity ? $"BLANK {identity}" : "UNKNOWN";
                case "FLIP":
                    place.Flips++;
                    return "OK";
                case "STACK":
                    await StackAsync(rest, place, pile);
                    return "OK";
                default:
                    return $"ERROR unknown order '{verb}'";
            }
        }
        finally
        {
            place.Gate.Release();
        }
    }

    string Feed(string reader, Place place)
    {
        // A card that a fault of its own took out is gone for good.
        if (place.Card is not null && place.Connection.IsCardInserted)
            return "OK";
        if (place.Card is { } lost)
            _stack.Enqueue(new(lost, "LOST", reader));
        (place.Card, place.Next) = (place.Next ?? _magazine(reader), null);
        if (place.Card is not { } blank)
            return "EMPTY";
        place.Connection.Insert(blank);
        return "OK";
    }

    async Task StackAsync(string reader, Place place, string pile)
    {
        if (place.Card is not { } card)
            return;
        await place.Connection.RemoveAsync();
        place.Card = null;
        _stack.Enqueue(new(card, pile, reader));
    }

    sealed class Place(VpcdConnection connection)
    {
        public VpcdConnection Connection => connection;

        public SemaphoreSlim Gate { get; } = new(1);

        public TCard? Card { get; set; }

        public TCard? Next { get; set; }

        public int Flips { get; set; }

        public TaskCompletionSource Released { get; set; } = new();
    }
}

/// <summary>A card on one of a machine's piles.</summary>
/// <param name="Card">The card.</param>
/// <param name="Pile"><c>GOOD</c>, <c>REJECTED</c> or <c>UNRESOLVED</c>.</param>
/// <param name="Reader">The PC/SC reader in which it was.</param>
/// <typeparam name="TCard">The kind of card.</typeparam>
public sealed record StackedCard<TCard>(TCard Card, string Pile, string Reader);

/// <summary>A machine for cards of this simulator.</summary>
/// <param name="slots">Port of vpcd's slot by PC/SC reader name.</param>
/// <param name="magazine">The next blank for a reader; null when there are no more.</param>
public sealed class CardMachine(IReadOnlyDictionary<string, int> slots, Func<string, SimulatedCard?> magazine)
    : CardMachine<SimulatedCard>(slots, magazine);
