using System.Buffers.Binary;
using System.Text;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A field of a protobuf message: a number, or bytes that are text or a message of their own.</summary>
/// <param name="Number">Field number.</param>
/// <param name="Value">Value of a varint or fixed field.</param>
/// <param name="Bytes">Value of a length-delimited field.</param>
readonly record struct ProtobufField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public string Hex => Convert.ToHexString(Bytes.Span);
}

/// <summary>Reads protobuf's wire format, as much of it as OTLP uses.</summary>
static class Protobuf
{
    public static IEnumerable<ProtobufField> Read(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message.Span, ref at);
            var (number, wireType) = ((int)(key >> 3), (int)(key & 7));
            switch (wireType)
            {
                case 0:
                    yield return new ProtobufField(number, Varint(message.Span, ref at), default);
                    break;
                case 1:
                    yield return new ProtobufField(number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), default);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    yield return new ProtobufField(number, 0, message.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    yield return new ProtobufField(number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), default);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {wireType} at {at}: this is no OTLP.");
            }
        }
    }

    /// <summary>The messages in a repeated field.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Messages(this ReadOnlyMemory<byte> message, int number) =>
        Read(message).Where(field => field.Number == number).Select(field => field.Bytes);

    /// <summary>A field's last value, or its default.</summary>
    public static ProtobufField Field(this ReadOnlyMemory<byte> message, int number) =>
        Read(message).LastOrDefault(field => field.Number == number);

    static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
