using System.Collections.Concurrent;
using System.Diagnostics;
using PersoMesh.PrivateServers;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace PersoMesh.Perso.Bench;

/// <summary>
/// The limit that the mesh is measured against: round trips between two connections with RabbitMQ.Client alone, persistent messages on durable
/// queues, publisher confirms, 64 in flight.
/// </summary>
static class RawBrokerRoundTrips
{
    const int InFlight = 64;
    const int BodyLength = 1024;

    /// <summary>Round trips per second.</summary>
    public static async Task<double> MeasureAsync(int amqpPort, int roundTrips, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { HostName = PrivateBroker.Host, Port = amqpPort, ConsumerDispatchConcurrency = 4 };
        await using var askerConnection = await factory.CreateConnectionAsync(cancellationToken);
        await using var answererConnection = await factory.CreateConnectionAsync(cancellationToken);
        var confirms = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var asker = await askerConnection.CreateChannelAsync(confirms, cancellationToken);
        await using var answerer = await answererConnection.CreateChannelAsync(confirms, cancellationToken);
        await asker.QueueDeclareAsync("bench-questions", durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        await asker.QueueDeclareAsync("bench-answers", durable: true, exclusive: false, autoDelete: false, cancellationToken: cancellationToken);
        await answerer.BasicQosAsync(0, InFlight, global: false, cancellationToken);
        await asker.BasicQosAsync(0, InFlight, global: false, cancellationToken);

        var waiting = new ConcurrentDictionary<string, TaskCompletionSource>(StringComparer.Ordinal);
        var answering = new AsyncEventingBasicConsumer(answerer);
        answering.ReceivedAsync += async (_, question) =>
        {
            await PublishAsync(answerer, "bench-answers", question.BasicProperties.CorrelationId!, question.Body.ToArray(), cancellationToken);
            await answerer.BasicAckAsync(question.DeliveryTag, multiple: false, cancellationToken);
        };
        var receiving = new AsyncEventingBasicConsumer(asker);
        receiving.ReceivedAsync += async (_, answer) =>
        {
            await asker.BasicAckAsync(answer.DeliveryTag, multiple: false, cancellationToken);
            if (waiting.TryRemove(answer.BasicProperties.CorrelationId!, out var asked))
                asked.SetResult();
        };
        await answerer.BasicConsumeAsync("bench-questions", autoAck: false, answering, cancellationToken);
        await asker.BasicConsumeAsync("bench-answers", autoAck: false, receiving, cancellationToken);

        var body = new byte[BodyLength];
        async Task AskAsync(int number)
        {
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var id = number.ToString();
            waiting[id] = asked;
            await PublishAsync(asker, "bench-questions", id, body, cancellationToken);
            await asked.Task.WaitAsync(cancellationToken);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(-roundTrips / 10, roundTrips / 10), options, async (number, _) => await AskAsync(number));
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, roundTrips), options, async (number, _) => await AskAsync(number));
        return roundTrips / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static ValueTask PublishAsync(IChannel channel, string queue, string correlationId, byte[] body, CancellationToken cancellationToken) =>
        channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { CorrelationId = correlationId, DeliveryMode = DeliveryModes.Persistent }, body, cancellationToken);
}
