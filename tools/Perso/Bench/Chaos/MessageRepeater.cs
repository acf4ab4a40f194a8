using PersoMesh.PrivateServers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>
/// Sees a copy of what goes to the services' queues, and sends some of it once more, identifiers and all, seconds later: a duplicate that
/// is also out of order.
/// </summary>
sealed class MessageRepeater : IAsyncDisposable
{
    const int MostRemembered = 400;

    readonly IConnection _connection;
    readonly IChannel _channel;
    readonly Lock _gate = new();
    readonly Queue<Seen> _seen = new();

    MessageRepeater(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public static async Task<MessageRepeater> OpenAsync(int amqpPort, IEnumerable<string> exchanges, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { HostName = PrivateBroker.Host, Port = amqpPort, ClientProvidedName = "chaos", NetworkRecoveryInterval = TimeSpan.FromSeconds(1) };
        var connection = await factory.CreateConnectionAsync(cancellationToken);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var repeater = new MessageRepeater(connection, channel);
        var queue = await channel.QueueDeclareAsync("chaos-tap", durable: true, exclusive: false, autoDelete: false,
            arguments: new Dictionary<string, object?> { ["x-max-length"] = 10_000 }, cancellationToken: cancellationToken);
        foreach (var exchange in exchanges)
            await channel.QueueBindAsync(queue.QueueName, exchange, "", cancellationToken: cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += repeater.SeeAsync;
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken);
        return repeater;
    }

    /// <summary>Sends some of the messages seen last once more.</summary>
    /// <returns>How many.</returns>
    public Task<int> RepeatAsync(Random random, int count, CancellationToken cancellationToken)
    {
        var seen = Remembered();
        random.Shuffle(seen);
        return SendAsync(seen.Take(count), cancellationToken);
    }

    /// <summary>Sends the messages to one exchange that were seen last, again and again.</summary>
    /// <returns>How many; none when none was seen.</returns>
    public Task<int> FillAsync(string exchange, int count, CancellationToken cancellationToken)
    {
        Seen[] seen = [.. Remembered().Where(message => message.Exchange == exchange)];
        return SendAsync(seen.Length == 0 ? [] : Enumerable.Range(0, count).Select(i => seen[i % seen.Length]), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    Seen[] Remembered()
    {
        lock (_gate)
            return [.. _seen];
    }

    async Task<int> SendAsync(IEnumerable<Seen> messages, CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var message in messages)
        {
            try
            {
                await _channel.BasicPublishAsync(message.Exchange, message.RoutingKey, mandatory: false, message.Properties, message.Body, cancellationToken);
                sent++;
            }
            catch (Exception e) when (e is AlreadyClosedException or OperationInterruptedException or ObjectDisposedException)
            {
                return sent; // the broker is away just now
            }
        }

        return sent;
    }

    Task SeeAsync(object sender, BasicDeliverEventArgs delivery)
    {
        var seen = new Seen(delivery.Exchange, delivery.RoutingKey, new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray());
        lock (_gate)
        {
            _seen.Enqueue(seen);
            if (_seen.Count > MostRemembered)
                _seen.Dequeue();
        }

        return Task.CompletedTask;
    }

    sealed record Seen(string Exchange, string RoutingKey, BasicProperties Properties, byte[] Body);
}
