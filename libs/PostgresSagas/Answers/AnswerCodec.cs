using System.Text;

namespace PersoMesh.PostgresSagas.Answers;

/// <summary>The storage form of a saga's answers: the column <c>answers</c>. Binary, because bodies are bytes and are most of it.</summary>
static class AnswerCodec
{
    const byte FormatVersion = 1;

    public static byte[] Encode(IReadOnlyCollection<AnswerSet> sets)
    {
        if (sets.Count == 0)
            return [];
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(FormatVersion);
        writer.Write7BitEncodedInt(sets.Count);
        foreach (var set in sets)
        {
            writer.Write(set.Key.ToByteArray());
            writer.Write7BitEncodedInt(set.Messages.Count);
            foreach (var message in set.Messages)
                Write(writer, message);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are no answers, or of a later format.</exception>
    public static IReadOnlyList<AnswerSet> Decode(byte[] bytes)
    {
        if (bytes.Length == 0)
            return [];
        using var stream = new MemoryStream(bytes, writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        try
        {
            var version = reader.ReadByte();
            if (version != FormatVersion)
                throw new InvalidDataException($"Stored answers have the format {version}; this program reads {FormatVersion}.");
            var sets = new AnswerSet[reader.Read7BitEncodedInt()];
            for (var i = 0; i < sets.Length; i++)
            {
                var key = ReadGuid(reader);
                var messages = new Answer[reader.Read7BitEncodedInt()];
                for (var j = 0; j < messages.Length; j++)
                    messages[j] = Read(reader);
                sets[i] = new AnswerSet(key, messages);
            }

            return sets;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"Stored answers of {bytes.Length} bytes cannot be read at offset {stream.Position}.", e);
        }
    }

    static void Write(BinaryWriter writer, Answer message)
    {
        writer.Write(message.MessageId.ToByteArray());
        writer.Write(message.Destination.OriginalString);
        writer.Write(message.ContentType);
        writer.Write7BitEncodedInt(message.MessageTypes.Count);
        foreach (var type in message.MessageTypes)
            writer.Write(type);
        PlainValues.Write(writer, message.Headers);
        PlainValues.Write(writer, message.Properties);
        WriteOptional(writer, message.CorrelationId);
        WriteOptional(writer, message.ConversationId);
        WriteOptional(writer, message.InitiatorId);
        WriteOptional(writer, message.RequestId);
        writer.Write(message.ResponseAddress?.OriginalString ?? "");
        writer.Write(message.Expires?.Ticks ?? 0);
        writer.Write7BitEncodedInt(message.Body.Length);
        writer.Write(message.Body);
    }

    // An object initializer runs in the order it is written: that of Write.
    static Answer Read(BinaryReader reader) => new()
    {
        MessageId = ReadGuid(reader),
        Destination = new Uri(reader.ReadString()),
        ContentType = reader.ReadString(),
        MessageTypes = ReadTypes(reader),
        Headers = PlainValues.Read(reader),
        Properties = PlainValues.Read(reader),
        CorrelationId = ReadOptionalGuid(reader),
        ConversationId = ReadOptionalGuid(reader),
        InitiatorId = ReadOptionalGuid(reader),
        RequestId = ReadOptionalGuid(reader),
        ResponseAddress = reader.ReadString() is { Length: > 0 } address ? new Uri(address) : null,
        Expires = reader.ReadInt64() is not 0 and var ticks ? new DateTime(ticks, DateTimeKind.Utc) : null,
        Body = ReadBody(reader),
    };

    static string[] ReadTypes(BinaryReader reader)
    {
        var types = new string[reader.Read7BitEncodedInt()];
        for (var i = 0; i < types.Length; i++)
            types[i] = reader.ReadString();
        return types;
    }

    static byte[] ReadBody(BinaryReader reader)
    {
        var length = reader.Read7BitEncodedInt();
        var body = reader.ReadBytes(length);
        return body.Length == length ? body : throw new EndOfStreamException();
    }

    static void WriteOptional(BinaryWriter writer, Guid? id)
    {
        writer.Write(id.HasValue);
        if (id.HasValue)
            writer.Write(id.Value.ToByteArray());
    }

    static Guid? ReadOptionalGuid(BinaryReader reader) => reader.ReadBoolean() ? ReadGuid(reader) : null;

    static Guid ReadGuid(BinaryReader reader) => new(reader.ReadBytes(16));
}
