using MassTransit;
using MassTransit.Context;

namespace PersoMesh.PostgresSagas.Answers;

/// <summary>
/// A message that a saga sent, as the transport will get it: serialized once, when the saga sent it, so that every repeat is the
/// same message with the same identifier.
/// </summary>
sealed record Answer
{
    public required Guid MessageId { get; init; }

    public required Uri Destination { get; init; }

    public required string ContentType { get; init; }

    public required IReadOnlyList<string> MessageTypes { get; init; }

    public required byte[] Body { get; init; }

    public required IReadOnlyDictionary<string, object> Headers { get; init; }

    /// <summary>What the transport itself wants to know: mandatory, routing key, priority and so on.</summary>
    public required IReadOnlyDictionary<string, object> Properties { get; init; }

    public Guid? CorrelationId { get; init; }

    public Guid? ConversationId { get; init; }

    public Guid? InitiatorId { get; init; }

    public Guid? RequestId { get; init; }

    public Uri? ResponseAddress { get; init; }

    /// <summary>After this moment (UTC) nobody wants it any more; null = never.</summary>
    public DateTime? Expires { get; init; }

    /// <summary>Takes a message over from the context in which the saga sent it.</summary>
    /// <param name="context">The send context, complete but for its body.</param>
    /// <param name="now">The present moment, for the expiry.</param>
    /// <exception cref="MessageException">The message has no identifier or no destination.</exception>
    public static Answer Capture<T>(SendContext<T> context, DateTimeOffset now)
        where T : class
    {
        // First: serializers without an envelope put their headers into the context only here.
        var body = context.Serializer.GetMessageBody(context).GetBytes();
        var properties = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        (context as TransportSendContext<T>)?.WritePropertiesTo(properties);
        return new Answer
        {
            MessageId = context.MessageId
                ?? throw new MessageException(typeof(T), "A message that a saga sends needs a message identifier."),
            Destination = context.DestinationAddress
                ?? throw new MessageException(typeof(T), "A message that a saga sends needs a destination address."),
            ContentType = context.Serializer.ContentType.ToString(),
            MessageTypes = context.SupportedMessageTypes ?? [],
            Body = body,
            Headers = PlainValues.Of(context.Headers.GetAll()),
            Properties = PlainValues.Of(properties),
            CorrelationId = context.CorrelationId,
            ConversationId = context.ConversationId,
            InitiatorId = context.InitiatorId,
            RequestId = context.RequestId,
            ResponseAddress = context.ResponseAddress,
            Expires = context.TimeToLive is { } timeToLive ? (now + timeToLive).UtcDateTime : null,
        };
    }

    /// <summary>Without body and headers: they may be anything.</summary>
    public override string ToString() =>
        $"{(MessageTypes.Count > 0 ? MessageTypes[0] : "message")} {MessageId} to {Destination.AbsolutePath}";
}

/// <summary>The messages that a saga sent in answer to one message.</summary>
/// <param name="Key">Stands for the consumed message: <see cref="Consuming.MessageKey"/>.</param>
/// <param name="Messages">In the order in which they were sent.</param>
sealed record AnswerSet(Guid Key, IReadOnlyList<Answer> Messages);
