using System.Security.Cryptography;

namespace PersoMesh.SmartCard.Tlv;

/// <summary>
/// Writes BER-TLV data objects with lengths in their shortest form (ISO/IEC 7816-4 §5.2.2). Constructed ones are opened by
/// <see cref="Begin"/>, filled, and closed by <see cref="End"/>.
/// </summary>
/// <remarks>Not thread-safe. The buffer is zeroed when it grows and on <see cref="Dispose"/>, for values may be keys.</remarks>
public sealed class TlvWriter : IDisposable
{
    readonly Stack<(BerTag Tag, int ContentStart)> _open = [];
    byte[] _buffer;
    int _length;

    /// <summary>Creates an empty writer.</summary>
    /// <param name="capacity">Bytes to reserve; it grows when needed.</param>
    public TlvWriter(int capacity = 256) => _buffer = new byte[Math.Max(capacity, 16)];

    /// <summary>Number of bytes written so far; the headers of open data objects are still missing.</summary>
    public int Length => _length;

    /// <summary>What was written; valid until the next call of a method.</summary>
    /// <exception cref="InvalidOperationException">A constructed data object is still open.</exception>
    public ReadOnlySpan<byte> WrittenSpan => _open.Count == 0
        ? _buffer.AsSpan(0, _length)
        : throw new InvalidOperationException($"Data object {_open.Peek().Tag} is still open.");

    /// <summary>A copy of what was written, owned by the caller.</summary>
    /// <exception cref="InvalidOperationException">A constructed data object is still open.</exception>
    public byte[] ToArray() => WrittenSpan.ToArray();

    /// <summary>Writes a data object. The value of a constructed one is taken as already encoded.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value field; copied.</param>
    /// <returns>This writer.</returns>
    public TlvWriter Write(BerTag tag, ReadOnlySpan<byte> value)
    {
        var header = HeaderLength(tag, value.Length);
        var destination = Reserve(header + value.Length);
        WriteHeader(destination, tag, value.Length);
        value.CopyTo(destination[header..]);
        return this;
    }

    /// <summary>Writes a data object with a value of one byte.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value field.</param>
    /// <returns>This writer.</returns>
    public TlvWriter Write(BerTag tag, byte value) => Write(tag, [value]);

    /// <summary>Writes a data object with a value of two bytes.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">Written big-endian.</param>
    /// <returns>This writer.</returns>
    public TlvWriter WriteUInt16(BerTag tag, ushort value) => Write(tag, [(byte)(value >> 8), (byte)value]);

    /// <summary>Writes bytes that already are data objects.</summary>
    /// <param name="encoded">Copied as they are.</param>
    /// <returns>This writer.</returns>
    public TlvWriter WriteEncoded(ReadOnlySpan<byte> encoded)
    {
        encoded.CopyTo(Reserve(encoded.Length));
        return this;
    }

    /// <summary>Opens a constructed data object: what follows goes into it.</summary>
    /// <param name="tag">A constructed tag.</param>
    /// <returns>This writer.</returns>
    /// <exception cref="ArgumentException">The tag is primitive.</exception>
    public TlvWriter Begin(BerTag tag)
    {
        if (!tag.IsConstructed)
            throw new ArgumentException($"Tag {tag} is primitive: it cannot hold data objects.", nameof(tag));
        _open.Push((tag, _length));
        return this;
    }

    /// <summary>Closes the data object that was opened last.</summary>
    /// <returns>This writer.</returns>
    /// <exception cref="InvalidOperationException">None is open.</exception>
    public TlvWriter End()
    {
        if (!_open.TryPop(out var open))
            throw new InvalidOperationException("No data object is open.");
        var contentLength = _length - open.ContentStart;
        var header = HeaderLength(open.Tag, contentLength);
        Reserve(header);
        var written = _buffer.AsSpan(open.ContentStart);
        written[..contentLength].CopyTo(written[header..]);
        WriteHeader(written, open.Tag, contentLength);
        return this;
    }

    /// <summary>Zeroes the buffer.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        _length = 0;
        _open.Clear();
    }

    /// <summary>Length in bytes of tag and length field in front of a value.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="valueLength">Length of the value in bytes.</param>
    public static int HeaderLength(BerTag tag, int valueLength) => tag.Length + valueLength switch
    {
        <= 0x7F => 1,
        <= 0xFF => 2,
        <= 0xFFFF => 3,
        <= 0xFF_FFFF => 4,
        _ => 5,
    };

    static void WriteHeader(Span<byte> destination, BerTag tag, int valueLength)
    {
        var at = tag.Write(destination);
        var more = HeaderLength(tag, valueLength) - tag.Length - 1;
        if (more > 0)
            destination[at++] = (byte)(0x80 | more);
        else
            more = 1;
        for (var shift = 8 * (more - 1); shift >= 0; shift -= 8)
            destination[at++] = (byte)(valueLength >> shift);
    }

    Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            var grown = new byte[Math.Max(checked(_length + count), (int)Math.Min(2L * _buffer.Length, Array.MaxLength))];
            _buffer.AsSpan(0, _length).CopyTo(grown);
            CryptographicOperations.ZeroMemory(_buffer);
            _buffer = grown;
        }

        var reserved = _buffer.AsSpan(_length, count);
        _length += count;
        return reserved;
    }
}
