using System.Globalization;
using System.Net.Sockets;
using System.Text;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Readers.Feeding;

/// <summary>
/// A feeding machine behind TCP, one line for each order and each answer: <c>FEED reader</c>, <c>FLIP reader</c>, <c>STACK GOOD|REJECTED|UNRESOLVED
/// reader</c>; <c>OK</c>, <c>EMPTY</c> (no more blanks), or <c>ERROR</c> with a reason. <c>PEEK reader</c> is answered with <c>BLANK</c>, the key
/// diversification data (20 hexadecimal digits) and the sequence counter (decimal) of the blank that it will feed next, or <c>UNKNOWN</c>. A
/// broken connection is made anew for the next order.
/// </summary>
sealed class MachineFeeder(string host, int port, string reader, TimeProvider time) : IFeeder, IDisposable
{
    const int DiversificationDigits = 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    TcpClient? _client;
    StreamReader? _answers;

    public bool IsAutomatic => true;

    public async ValueTask<bool> FeedAsync(CancellationToken cancellationToken) => await OrderAsync("FEED", cancellationToken) != "EMPTY";

    public async ValueTask<BlankForecast?> PeekAsync(CancellationToken cancellationToken) =>
        (await OrderAsync("PEEK", cancellationToken, answer => answer == "UNKNOWN" || answer.StartsWith("BLANK ", StringComparison.Ordinal))).Split(' ') switch
        {
            ["BLANK", { Length: DiversificationDigits } data, var counter]
                when int.TryParse(counter, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && data.All(char.IsAsciiHexDigit) =>
                new BlankForecast(Convert.FromHexString(data), number),
            _ => null,
        };

    public async ValueTask FlipAsync(CancellationToken cancellationToken) => await OrderAsync("FLIP", cancellationToken);

    public async ValueTask StackAsync(Verdict verdict, CancellationToken cancellationToken) =>
        await OrderAsync($"STACK {verdict.ToString().ToUpperInvariant()}", cancellationToken);

    public void Dispose()
    {
        _answers?.Dispose();
        _client?.Dispose();
        (_answers, _client) = (null, null);
    }

    async Task<string> OrderAsync(string order, CancellationToken cancellationToken, Func<string, bool>? isAnswer = null)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var answer = await ExchangeAsync($"{order} {reader}\n", either.Token);
            return isAnswer?.Invoke(answer) ?? answer is "OK" or "EMPTY" ? answer : throw new FeederException($"The feeding machine answers {order} with '{answer}'.");
        }
        catch (Exception e) when (e is IOException or SocketException || (e is OperationCanceledException && patience.IsCancellationRequested))
        {
            Dispose();
            throw new FeederException($"The feeding machine at {host}:{port} does not answer: check its power and network.", e);
        }
        catch (OperationCanceledException)
        {
            // Its answer would be taken for that to the next order.
            Dispose();
            throw;
        }
    }

    async Task<string> ExchangeAsync(string line, CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            _client = new TcpClient { NoDelay = true };
            await _client.ConnectAsync(host, port, cancellationToken);
            _answers = new StreamReader(_client.GetStream(), Encoding.UTF8);
        }

        await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line), cancellationToken);
        return await _answers!.ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException();
    }
}
