namespace PersoMesh.SmartCard.Tlv;

/// <summary>One BER-TLV data object, as a view into the buffer that it was read from.</summary>
public readonly ref struct TlvElement
{
    readonly int _depthLeft;
    readonly TlvPadding _padding;

    internal TlvElement(BerTag tag, ReadOnlySpan<byte> encoded, int valueLength, int offset, int depthLeft, TlvPadding padding)
    {
        Encoded = encoded;
        Value = encoded[^valueLength..];
        (Tag, Offset, _depthLeft, _padding) = (tag, offset, depthLeft, padding);
    }

    /// <summary>The tag.</summary>
    public BerTag Tag { get; }

    /// <summary>The value field; may be empty.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The whole data object: tag, length and value.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>Where the tag begins, in bytes from the start of the outermost buffer.</summary>
    public int Offset { get; }

    /// <summary>
    /// A reader over the data objects in the value. A value nested deeper than the outermost reader allows gives a reader that refuses it
    /// at its first read.
    /// </summary>
    public TlvReader OpenValue() => new(Value, Offset + Encoded.Length - Value.Length, _depthLeft - 1, _padding);
}
