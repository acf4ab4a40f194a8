using System.Diagnostics;
using System.Net.Mime;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;

namespace PersoMesh.PostgresSagas.Answers;

/// <summary>Hands answers to the transport, bytes and identifiers unchanged.</summary>
sealed class AnswerSender(TimeProvider time)
{
    /// <summary>
    /// Sends all messages at once, so that their confirms overlap, and waits until the transport has confirmed every one.
    /// </summary>
    /// <param name="endpoints">Where endpoints come from: one that sends at once, not an outbox.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="timeout">For all of them together.</param>
    /// <param name="cancellationToken">Gives up; some may have been sent.</param>
    /// <exception cref="Exception">At least one was not confirmed. The others may have been sent.</exception>
    public async Task SendAsync(
        ISendEndpointProvider endpoints, IEnumerable<Answer> messages, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        await Task.WhenAll(messages.Select(message => SendAsync(endpoints, message, limit.Token))).ConfigureAwait(false);
    }

    async Task SendAsync(ISendEndpointProvider endpoints, Answer message, CancellationToken cancellationToken)
    {
        TimeSpan? timeToLive = message.Expires is { } expires ? expires - time.GetUtcNow().UtcDateTime : null;
        if (timeToLive <= TimeSpan.Zero)
            return;
        // A step may have begun a trace of its own, and a sweep has none: the parent is then the span in the message's stored headers.
        Activity.Current = null;
        var endpoint = await endpoints.GetSendEndpoint(message.Destination).ConfigureAwait(false);
        await endpoint.Send(new SerializedMessageBody(), new RestorePipe(message, timeToLive), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a fresh send context what the captured one was.</summary>
    sealed class RestorePipe(Answer message, TimeSpan? timeToLive) : IPipe<SendContext>
    {
        public Task Send(SendContext context)
        {
            context.MessageId = message.MessageId;
            context.CorrelationId = message.CorrelationId;
            context.ConversationId = message.ConversationId;
            context.InitiatorId = message.InitiatorId;
            context.RequestId = message.RequestId;
            context.ResponseAddress = message.ResponseAddress;
            context.TimeToLive = timeToLive;
            context.SupportedMessageTypes = [.. message.MessageTypes];
            foreach (var (name, value) in message.Headers)
                context.Headers.Set(name, value);
            (context as TransportSendContext)?.ReadPropertiesFrom(message.Properties);
            context.Serializer = new StoredBody(message);
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context)
        {
        }
    }

    sealed class StoredBody(Answer message) : IMessageSerializer
    {
        public ContentType ContentType { get; } = new(message.ContentType);

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new BytesMessageBody(message.Body);
    }
}
