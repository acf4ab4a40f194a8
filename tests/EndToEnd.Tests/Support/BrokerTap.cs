using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PersoMesh.PrivateServers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A copy of every message that a broker takes or delivers: RabbitMQ's firehose (rabbitmq.com/docs/firehose).</summary>
sealed class BrokerTap : IAsyncDisposable
{
    const string FirehoseExchange = "amq.rabbitmq.trace";

    readonly IConnection _connection;
    readonly IChannel _channel;
    readonly ConcurrentQueue<byte[]> _messages = new();

    BrokerTap(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    /// <summary>Bodies, and headers as text, of all messages so far.</summary>
    public IReadOnlyList<byte[]> Messages => [.. _messages];

    /// <summary>Names of the message types in the envelopes so far.</summary>
    public IReadOnlyCollection<string> MessageTypes => _messages.SelectMany(TypesOf).ToHashSet(StringComparer.Ordinal);

    public static async Task<BrokerTap> OpenAsync(PrivateBrokerState broker)
    {
        await SwitchTracingOnAsync(broker);
        var factory = new ConnectionFactory { HostName = PrivateBroker.Host, Port = broker.AmqpPort };
        var connection = await factory.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var tap = new BrokerTap(connection, channel);
        var queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, FirehoseExchange, "#");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += tap.KeepAsync;
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
        return tap;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    static async Task SwitchTracingOnAsync(PrivateBrokerState broker)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{PrivateBroker.Host}:{broker.ManagementPort}/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
        using var response = await http.PutAsJsonAsync(new Uri("api/vhosts/%2F", UriKind.Relative), new { tracing = true });
        response.EnsureSuccessStatusCode();
    }

    Task KeepAsync(object sender, BasicDeliverEventArgs delivery)
    {
        _messages.Enqueue(delivery.Body.ToArray());
        var headers = new StringBuilder(delivery.RoutingKey);
        Append(headers, delivery.BasicProperties.Headers);
        _messages.Enqueue(Encoding.UTF8.GetBytes(headers.ToString()));
        return Task.CompletedTask;
    }

    static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case IDictionary<string, object?> table:
                foreach (var (name, entry) in table)
                    Append(text.Append('\n').Append(name).Append('='), entry);
                break;
            case byte[] bytes:
                text.Append(Encoding.Latin1.GetString(bytes));
                break;
            case System.Collections.IEnumerable list and not string:
                foreach (var entry in list)
                    Append(text.Append(' '), entry);
                break;
            default:
                text.Append(value);
                break;
        }
    }

    static IEnumerable<string> TypesOf(byte[] message)
    {
        if (message is not [(byte)'{', ..])
            return [];
        using var envelope = JsonDocument.Parse(message);
        return envelope.RootElement.TryGetProperty("messageType", out var types)
            ? [.. types.EnumerateArray().Select(type => type.GetString()!.Split(':')[^1])]
            : [];
    }
}
