using System.Numerics;

namespace PersoMesh.Emv;

static class BigEndian
{
    /// <summary>Writes a non-negative number right justified, zero filled on the left.</summary>
    public static void Write(BigInteger value, Span<byte> destination)
    {
        destination.Clear();
        var count = value.GetByteCount(isUnsigned: true);
        if (!value.TryWriteBytes(destination[(destination.Length - count)..], out _, isUnsigned: true, isBigEndian: true))
            throw new ArgumentException($"The number needs {count} bytes, the destination has {destination.Length}.", nameof(destination));
    }

    /// <summary>Copies a number right justified, zero filled on the left.</summary>
    public static void Copy(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        value = value.TrimStart((byte)0);
        if (value.Length > destination.Length)
            throw new ArgumentException($"The number needs {value.Length} bytes, the destination has {destination.Length}.", nameof(destination));
        destination.Clear();
        value.CopyTo(destination[(destination.Length - value.Length)..]);
    }

    /// <summary>A number in so many bytes; higher bytes are dropped.</summary>
    public static byte[] Bytes(uint value, int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
            bytes[count - 1 - i] = (byte)(value >> (8 * i));
        return bytes;
    }
}
