using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.SmartCard.DataGrouping;

/// <summary>
/// A data grouping of EMV CPS: identifier of two bytes, length, value. The length is one byte up to 254 and FF with two bytes,
/// big-endian, from 255 to 65,534: not that of BER (EMV CPS, format of STORE DATA).
/// </summary>
/// <param name="Id">The data grouping identifier, for example 0x0101 for record 1 of SFI 1.</param>
/// <param name="Value">The value, up to 65,534 bytes, clear or encrypted; not copied.</param>
public sealed record Dgi(ushort Id, ReadOnlyMemory<byte> Value)
{
    /// <summary>The longest value in bytes (FFFE).</summary>
    public const int MaxValueLength = 0xFFFE;

    internal const string Structure = "DGI";

    /// <summary>The value, up to 65,534 bytes, clear or encrypted.</summary>
    public ReadOnlyMemory<byte> Value { get; } = Value.Length <= MaxValueLength
        ? Value
        : throw new ArgumentOutOfRangeException(nameof(Value), Value.Length, $"The value of a DGI has at most {MaxValueLength} bytes.");

    /// <summary>Length in bytes of identifier, length field and value.</summary>
    public int EncodedLength => HeaderLength(Value.Length) + Value.Length;

    /// <summary>Length in bytes of identifier and length field in front of a value.</summary>
    /// <param name="valueLength">Length of the value in bytes.</param>
    public static int HeaderLength(int valueLength) => valueLength < 0xFF ? 3 : 5;

    /// <summary>Parses data groupings that follow one another.</summary>
    /// <param name="data">Data groupings and nothing more; not copied, so it must not change afterwards.</param>
    /// <param name="groupings">The data groupings in order.</param>
    /// <returns>False when the data are malformed.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> data, [NotNullWhen(true)] out IReadOnlyList<Dgi>? groupings)
    {
        groupings = ReadAll(data, out var error);
        if (error is not null)
            groupings = null;
        return error is null;
    }

    /// <summary>Parses data groupings that follow one another.</summary>
    /// <param name="data">Data groupings and nothing more; not copied, so it must not change afterwards.</param>
    /// <exception cref="CardDataException">The data are malformed.</exception>
    public static IReadOnlyList<Dgi> Parse(ReadOnlyMemory<byte> data)
    {
        var groupings = ReadAll(data, out var error);
        return error is null ? groupings : throw error.Value.ToException();
    }

    /// <summary>Writes the data grouping.</summary>
    /// <param name="destination">At least <see cref="EncodedLength"/> bytes; owned by the caller.</param>
    /// <returns>The number of bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, Id);
        if (Value.Length < 0xFF)
        {
            destination[2] = (byte)Value.Length;
        }
        else
        {
            destination[2] = 0xFF;
            BinaryPrimitives.WriteUInt16BigEndian(destination[3..], (ushort)Value.Length);
        }

        Value.Span.CopyTo(destination[HeaderLength(Value.Length)..]);
        return EncodedLength;
    }

    /// <summary>Writes the data grouping.</summary>
    /// <param name="output">Receives the bytes.</param>
    public void WriteTo(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Advance(Write(output.GetSpan(EncodedLength)));
    }

    /// <summary>The encoded data grouping in a buffer of its own.</summary>
    public byte[] ToArray()
    {
        var encoded = new byte[EncodedLength];
        Write(encoded);
        return encoded;
    }

    /// <summary>True when identifier and value are equal byte for byte. Takes time that depends on the value.</summary>
    /// <param name="other">The other data grouping.</param>
    public bool Equals(Dgi? other) => other is not null && Id == other.Id && Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Id, Value.Length);

    /// <summary>Identifier and length, no data.</summary>
    public override string ToString() => $"DGI {Id:X4}, {Value.Length} bytes";

    static List<Dgi> ReadAll(ReadOnlyMemory<byte> data, out CardDataError? error)
    {
        List<Dgi> groupings = [];
        var reader = new DgiReader(data.Span);
        while (reader.TryRead(out var element))
            groupings.Add(new(element.Id, data.Slice(element.Offset + HeaderLength(element.Value.Length), element.Value.Length)));
        error = reader.Error;
        return groupings;
    }
}
