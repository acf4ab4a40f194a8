using System.Globalization;

namespace PersoMesh.PostgresSagas.Answers;

/// <summary>Header and property values of the types that transports carry beside the body, and their storage form.</summary>
static class PlainValues
{
    enum Kind : byte
    {
        String,
        Boolean,
        Byte,
        Int16,
        Int32,
        Int64,
        Double,
        Decimal,
        Guid,
        DateTime,
        DateTimeOffset,
        Uri,
        Bytes,
        Strings,
    }

    /// <summary>Keeps what can be stored. Objects are left out: a transport carries those in the body, which is kept as it is.</summary>
    public static IReadOnlyDictionary<string, object> Of(IEnumerable<KeyValuePair<string, object>> values)
    {
        var plain = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in values)
        {
            if (Plain(value) is { } kept)
                plain[name] = kept;
        }

        return plain;
    }

    public static void Write(BinaryWriter writer, IReadOnlyDictionary<string, object> values)
    {
        writer.Write7BitEncodedInt(values.Count);
        foreach (var (name, value) in values)
        {
            writer.Write(name);
            Write(writer, value);
        }
    }

    public static Dictionary<string, object> Read(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        var values = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString();
            values[name] = ReadValue(reader);
        }

        return values;
    }

    static object? Plain(object? value) => value switch
    {
        string or bool or byte or short or int or long or double or decimal or Guid or DateTime or DateTimeOffset or Uri or byte[] => value,
        IEnumerable<string> texts => texts.ToArray(),
        // MassTransit's transports read a time span back from this form.
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        IFormattable other when other.GetType().IsValueType => other.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    static void Write(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.Write((byte)Kind.String);
                writer.Write(text);
                break;
            case bool flag:
                writer.Write((byte)Kind.Boolean);
                writer.Write(flag);
                break;
            case byte number:
                writer.Write((byte)Kind.Byte);
                writer.Write(number);
                break;
            case short number:
                writer.Write((byte)Kind.Int16);
                writer.Write(number);
                break;
            case int number:
                writer.Write((byte)Kind.Int32);
                writer.Write(number);
                break;
            case long number:
                writer.Write((byte)Kind.Int64);
                writer.Write(number);
                break;
            case double number:
                writer.Write((byte)Kind.Double);
                writer.Write(number);
                break;
            case decimal number:
                writer.Write((byte)Kind.Decimal);
                writer.Write(number);
                break;
            case Guid id:
                writer.Write((byte)Kind.Guid);
                writer.Write(id.ToByteArray());
                break;
            case DateTime moment:
                writer.Write((byte)Kind.DateTime);
                writer.Write(moment.ToBinary());
                break;
            case DateTimeOffset moment:
                writer.Write((byte)Kind.DateTimeOffset);
                writer.Write(moment.Ticks);
                writer.Write(moment.Offset.Ticks);
                break;
            case Uri address:
                writer.Write((byte)Kind.Uri);
                writer.Write(address.OriginalString);
                break;
            case byte[] bytes:
                writer.Write((byte)Kind.Bytes);
                writer.Write7BitEncodedInt(bytes.Length);
                writer.Write(bytes);
                break;
            case string[] texts:
                writer.Write((byte)Kind.Strings);
                writer.Write7BitEncodedInt(texts.Length);
                foreach (var text in texts)
                    writer.Write(text);
                break;
            default:
                throw new ArgumentException($"A value of type {value.GetType()} has no storage form.", nameof(value));
        }
    }

    static object ReadValue(BinaryReader reader) => (Kind)reader.ReadByte() switch
    {
        Kind.String => reader.ReadString(),
        Kind.Boolean => reader.ReadBoolean(),
        Kind.Byte => reader.ReadByte(),
        Kind.Int16 => reader.ReadInt16(),
        Kind.Int32 => reader.ReadInt32(),
        Kind.Int64 => reader.ReadInt64(),
        Kind.Double => reader.ReadDouble(),
        Kind.Decimal => reader.ReadDecimal(),
        Kind.Guid => new Guid(reader.ReadBytes(16)),
        Kind.DateTime => DateTime.FromBinary(reader.ReadInt64()),
        Kind.DateTimeOffset => new DateTimeOffset(reader.ReadInt64(), TimeSpan.FromTicks(reader.ReadInt64())),
        Kind.Uri => new Uri(reader.ReadString(), UriKind.RelativeOrAbsolute),
        Kind.Bytes => reader.ReadBytes(reader.Read7BitEncodedInt()),
        Kind.Strings => ReadStrings(reader),
        var kind => throw new InvalidDataException($"Value kind {(int)kind} is unknown."),
    };

    static string[] ReadStrings(BinaryReader reader)
    {
        var texts = new string[reader.Read7BitEncodedInt()];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = reader.ReadString();
        return texts;
    }
}
