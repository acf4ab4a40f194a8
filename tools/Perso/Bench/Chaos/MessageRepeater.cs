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
    const int Remembered = 400;

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
    public async Task<int> RepeatAsync(Random random, int count, CancellationToken cancellationToken)
    {
        Seen[] seen;
        lock (_gate)
            seen = [.. _seen];
        var sent = 0;
        for (var i = 0; i < Math.Min(count, seen.Length); i++)
        {
            var message = seen[random.Next(seen.Length)];
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

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    Task SeeAsync(object sender, BasicDeliverEventArgs delivery)
    {
        var seen = new Seen(delivery.Exchange, delivery.RoutingKey, new BasicProperties(delivery.BasicProperties), delivery.Body.ToArray());
        lock (_gate)
        {
            _seen.Enqueue(seen);
            if (_seen.Count > Remembered)
                _seen.Dequeue();
        }

        return Task.CompletedTask;
    }

    sealed record Seen(string Exchange, string RoutingKey, BasicProperties Properties, byte[] Body);
}
