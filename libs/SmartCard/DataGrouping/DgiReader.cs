using System.Buffers.Binary;

namespace PersoMesh.SmartCard.DataGrouping;

/// <summary>One data grouping, as a view into the buffer that it was read from.</summary>
public readonly ref struct DgiElement
{
    internal DgiElement(ushort id, ReadOnlySpan<byte> encoded, int valueLength, int offset)
    {
        Encoded = encoded;
        Value = encoded[^valueLength..];
        (Id, Offset) = (id, offset);
    }

    /// <summary>The data grouping identifier.</summary>
    public ushort Id { get; }

    /// <summary>The value; may be empty.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Identifier, length field and value.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>Where the identifier begins, in bytes from the start of the buffer.</summary>
    public int Offset { get; }
}

/// <summary>Reads data groupings (EMV CPS) one after the other, without allocating.</summary>
/// <remarks>
/// Read in a loop until false, then look at <see cref="Error"/>, or use <see cref="Read"/>, which throws. Whether the value holds BER-TLV
/// is a matter of the identifier and of the application.
/// </remarks>
public ref struct DgiReader
{
    readonly ReadOnlySpan<byte> _data;
    int _position;
    CardDataError? _error;

    /// <summary>Creates a reader.</summary>
    /// <param name="data">Data groupings one after the other; may be empty. Viewed, not copied.</param>
    public DgiReader(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>What was wrong, or null as long as nothing was.</summary>
    public readonly CardDataError? Error => _error;

    /// <summary>Reads the next data grouping; never throws.</summary>
    /// <param name="element">A view of the data grouping.</param>
    /// <returns>False at the end of the data, and when they are malformed: then <see cref="Error"/> says why.</returns>
    public bool TryRead(out DgiElement element)
    {
        element = default;
        if (_error is not null || _position == _data.Length)
            return false;

        var rest = _data[_position..];
        if (rest.Length < 3)
            return Fail(0, "cut off before the end of identifier and length");
        int length = rest[2];
        if (length == 0xFF)
        {
            if (rest.Length < 5)
                return Fail(2, "cut off within the length");
            length = BinaryPrimitives.ReadUInt16BigEndian(rest[3..]);
            if (length is < 0xFF or > Dgi.MaxValueLength)
                return Fail(2, "length after FF is not between 255 and 65,534");
        }

        var headerLength = Dgi.HeaderLength(length);
        if (length > rest.Length - headerLength)
            return Fail(2, "length goes beyond the end");
        element = new(BinaryPrimitives.ReadUInt16BigEndian(rest), rest[..(headerLength + length)], length, _position);
        _position += headerLength + length;
        return true;
    }

    /// <summary>Reads the next data grouping.</summary>
    /// <param name="element">A view of the data grouping.</param>
    /// <returns>False at the end of the data.</returns>
    /// <exception cref="CardDataException">The data are malformed.</exception>
    public bool Read(out DgiElement element) =>
        TryRead(out element) || (_error is { } error ? throw error.ToException() : false);

    bool Fail(int within, string reason)
    {
        _error = new(Dgi.Structure, _position + within, reason);
        return false;
    }
}
