using System.Security.Cryptography;
using System.Text;
using MassTransit;

namespace PersoMesh.PostgresSagas.Consuming;

/// <summary>
/// What a saga remembers of a consumed message: the message identifier. A message that a saga takes twice on purpose, once as its own
/// type and once as a base type, gets a second key for the second event.
/// </summary>
static class MessageKey
{
    /// <exception cref="MessageException">The message has no identifier, so a repeat could not be told from a new one.</exception>
    public static Guid Of<T>(ConsumeContext<T> context)
        where T : class
    {
        var messageId = context.GetOriginalMessageId()
            ?? throw new MessageException(typeof(T),
                "A saga in PostgreSQL takes only messages with a message identifier: a repeat could not be told from a new message.");
        var isOwnType = context.SupportedMessageTypes.FirstOrDefault() == MessageUrn.ForTypeString<T>();
        return isOwnType ? messageId : Mix(messageId, SaltOf<T>.Value);
    }

    static Guid Mix(Guid messageId, ReadOnlySpan<byte> salt)
    {
        Span<byte> bytes = stackalloc byte[16];
        messageId.TryWriteBytes(bytes);
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] ^= salt[i];
        return new Guid(bytes);
    }

    static class SaltOf<T>
    {
        public static readonly byte[] Value = SHA256.HashData(Encoding.UTF8.GetBytes(MessageUrn.ForTypeString<T>()));
    }
}
