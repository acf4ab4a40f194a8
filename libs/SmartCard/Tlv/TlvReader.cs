namespace PersoMesh.SmartCard.Tlv;

/// <summary>What a reader does with 00 bytes around data objects.</summary>
public enum TlvPadding
{
    /// <summary>Refuses them: they are no tag.</summary>
    Refuse,

    /// <summary>Skips them before, between and after data objects, as EMV 4.3 Book 3 Annex B and erased records want it.</summary>
    SkipZeros,
}

/// <summary>
/// Reads BER-TLV data objects one after the other, without allocating (ISO/IEC 7816-4 §5.2.2): tags of up to four bytes, definite lengths
/// of up to five. Lengths need not be in the shortest form. Indefinite lengths, lengths beyond the end and too deep nesting are refused.
/// </summary>
/// <remarks>
/// Read in a loop until false, then look at <see cref="Error"/>, or use <see cref="Read"/>, which throws. A malformed data object ends the
/// reading for good: what follows it cannot be trusted.
/// </remarks>
public ref struct TlvReader
{
    /// <summary>How deep data objects may be nested when nothing else is said; no card standard comes near it.</summary>
    public const int DefaultMaxDepth = 16;

    internal const string Structure = "BER-TLV";

    readonly ReadOnlySpan<byte> _data;
    readonly int _origin;
    readonly int _depthLeft;
    readonly TlvPadding _padding;
    int _position;
    CardDataError? _error;

    /// <summary>Creates a reader.</summary>
    /// <param name="data">Data objects one after the other; may be empty. Viewed, not copied.</param>
    /// <param name="padding">What to do with 00 bytes around data objects.</param>
    /// <param name="maxDepth">How many levels may be opened, at least 1; 1 allows no nested reader.</param>
    public TlvReader(ReadOnlySpan<byte> data, TlvPadding padding = TlvPadding.Refuse, int maxDepth = DefaultMaxDepth)
        : this(data, 0, maxDepth, padding)
    {
    }

    internal TlvReader(ReadOnlySpan<byte> data, int origin, int depthLeft, TlvPadding padding)
    {
        _data = data;
        (_origin, _depthLeft, _padding) = (origin, depthLeft, padding);
    }

    /// <summary>What was wrong, or null as long as nothing was.</summary>
    public readonly CardDataError? Error => _error;

    /// <summary>Reads the next data object; never throws.</summary>
    /// <param name="element">A view of the data object.</param>
    /// <returns>False at the end of the data, and when they are malformed: then <see cref="Error"/> says why.</returns>
    public bool TryRead(out TlvElement element)
    {
        element = default;
        if (_padding == TlvPadding.SkipZeros)
        {
            var next = _data[_position..].IndexOfAnyExcept((byte)0);
            _position = next < 0 ? _data.Length : _position + next;
        }

        if (_error is not null || _position == _data.Length)
            return false;
        if (_depthLeft < 1)
            return Fail(_position, "nested deeper than is allowed");

        var rest = _data[_position..];
        if (!BerTag.TryRead(rest, out var tag))
            return Fail(_position, "not a tag of one to four bytes, or cut off within one");
        if (ReadLength(rest[tag.Length..], out var lengthSize, out var length) is { } reason)
            return Fail(_position + tag.Length, reason);

        var headerLength = tag.Length + lengthSize;
        element = new(tag, rest[..(headerLength + length)], length, _origin + _position, _depthLeft, _padding);
        _position += headerLength + length;
        return true;
    }

    /// <summary>Reads the next data object.</summary>
    /// <param name="element">A view of the data object.</param>
    /// <returns>False at the end of the data.</returns>
    /// <exception cref="CardDataException">The data are malformed.</exception>
    public bool Read(out TlvElement element) =>
        TryRead(out element) || (_error is { } error ? throw error.ToException() : false);

    /// <summary>Finds the value at the end of a path of tags, each the first of its kind within the one before.</summary>
    /// <param name="data">Data objects one after the other.</param>
    /// <param name="value">A view into <paramref name="data"/>.</param>
    /// <param name="path">Tags from the outside to the inside, at least one.</param>
    /// <returns>False when there is no such data object, or the data are malformed before it.</returns>
    public static bool TryFind(ReadOnlySpan<byte> data, out ReadOnlySpan<byte> value, params ReadOnlySpan<BerTag> path)
    {
        value = data;
        foreach (var tag in path)
        {
            if (!TryFindFirst(value, tag, out value))
                return false;
        }

        return !path.IsEmpty;
    }

    /// <summary>Checks the data objects and everything inside constructed ones; never throws.</summary>
    /// <returns>What is wrong first, or null.</returns>
    public CardDataError? Check()
    {
        while (TryRead(out var element))
        {
            if (element.Tag.IsConstructed && element.OpenValue().Check() is { } error)
                return error;
        }

        return _error;
    }

    static bool TryFindFirst(ReadOnlySpan<byte> data, BerTag tag, out ReadOnlySpan<byte> value)
    {
        var reader = new TlvReader(data);
        while (reader.TryRead(out var element))
        {
            if (element.Tag == tag)
            {
                value = element.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    // X.690 §8.1.3; the values 80 (indefinite) and above 84 are not used with cards.
    static string? ReadLength(ReadOnlySpan<byte> data, out int size, out int length)
    {
        (size, length) = (1, 0);
        if (data.IsEmpty)
            return "cut off before the length";
        var first = data[0];
        if (first == 0x80)
            return "indefinite length";
        if (first > 0x84)
            return "length of more than four bytes";
        uint value = first;
        if (first > 0x80)
        {
            size = 1 + (first & 0x7F);
            if (size > data.Length)
                return "cut off within the length";
            value = 0;
            foreach (var b in data[1..size])
                value = (value << 8) | b;
        }

        if (value > data.Length - size)
            return "length goes beyond the end";
        length = (int)value;
        return null;
    }

    bool Fail(int position, string reason)
    {
        _error = new(Structure, _origin + position, reason);
        return false;
    }
}
