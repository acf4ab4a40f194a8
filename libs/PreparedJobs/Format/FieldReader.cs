using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PersoMesh.PreparedJobs;

/// <summary>Reads big-endian fields of a structure; an end that comes too early is an error that names the structure.</summary>
sealed class FieldReader(string where, ReadOnlyMemory<byte> data)
{
    int _at;

    public bool IsAtEnd => _at == data.Length;

    public byte Byte() => Take(1).Span[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2).Span);

    public int Int32()
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(Take(4).Span);
        return value <= int.MaxValue ? (int)value : throw new PreparedJobException(where, "a length is out of range.");
    }

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8).Span);

    public string Text() => Encoding.UTF8.GetString(Take(Byte()).Span);

    public ReadOnlyMemory<byte> Take(int length)
    {
        if (length > data.Length - _at)
            throw new PreparedJobException(where, "a length goes beyond the end.");
        _at += length;
        return data.Slice(_at - length, length);
    }
}

/// <summary>Writes big-endian fields.</summary>
sealed class FieldWriter
{
    readonly ArrayBufferWriter<byte> _output = new(256);

    public void Byte(byte value) => _output.Write([value]);

    public void UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_output.GetSpan(2), checked((ushort)value));
        _output.Advance(2);
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_output.GetSpan(4), value);
        _output.Advance(4);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_output.GetSpan(8), value);
        _output.Advance(8);
    }

    /// <summary>A length of one byte and UTF-8.</summary>
    public void Text(string value) => Short(Encoding.UTF8.GetBytes(value));

    /// <summary>A length of one byte and the bytes.</summary>
    public void Short(ReadOnlySpan<byte> value)
    {
        Byte(checked((byte)value.Length));
        Bytes(value);
    }

    public void Bytes(ReadOnlySpan<byte> value) => _output.Write(value);

    public byte[] ToArray() => _output.WrittenSpan.ToArray();
}
