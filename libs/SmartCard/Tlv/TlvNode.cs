using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.SmartCard.Tlv;

/// <summary>
/// A BER-TLV data object with everything inside it: for tools that show or walk whole structures. Values are views of the parsed buffer.
/// Where speed counts, use <see cref="TlvReader"/>.
/// </summary>
public sealed class TlvNode
{
    TlvNode(BerTag tag, int offset, ReadOnlyMemory<byte> value, IReadOnlyList<TlvNode> children) =>
        (Tag, Offset, Value, Children) = (tag, offset, value, children);

    /// <summary>The tag.</summary>
    public BerTag Tag { get; }

    /// <summary>Where the tag begins, in bytes from the start of the parsed buffer.</summary>
    public int Offset { get; }

    /// <summary>The value field; of a constructed data object too.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>The data objects inside, in order; none when the tag is primitive.</summary>
    public IReadOnlyList<TlvNode> Children { get; }

    /// <summary>Parses data objects that follow one another.</summary>
    /// <param name="data">Data objects and nothing more; not copied, so it must not change afterwards.</param>
    /// <param name="nodes">The data objects; none when there are no data.</param>
    /// <param name="padding">What to do with 00 bytes around data objects.</param>
    /// <returns>False when the data are malformed at any depth.</returns>
    public static bool TryParse(
        ReadOnlyMemory<byte> data, [NotNullWhen(true)] out IReadOnlyList<TlvNode>? nodes, TlvPadding padding = TlvPadding.Refuse)
    {
        nodes = null;
        if (new TlvReader(data.Span, padding).Check() is not null)
            return false;
        nodes = ReadAll(data, new TlvReader(data.Span, padding));
        return true;
    }

    /// <summary>Parses data objects that follow one another.</summary>
    /// <param name="data">Data objects and nothing more; not copied, so it must not change afterwards.</param>
    /// <param name="padding">What to do with 00 bytes around data objects.</param>
    /// <exception cref="CardDataException">The data are malformed at any depth.</exception>
    public static IReadOnlyList<TlvNode> Parse(ReadOnlyMemory<byte> data, TlvPadding padding = TlvPadding.Refuse) =>
        new TlvReader(data.Span, padding).Check() is { } error
            ? throw error.ToException()
            : ReadAll(data, new TlvReader(data.Span, padding));

    /// <summary>The first data object inside with this tag, or null. Does not look further down.</summary>
    /// <param name="tag">The tag.</param>
    public TlvNode? Find(BerTag tag) => Children.FirstOrDefault(child => child.Tag == tag);

    /// <summary>Writes the data object with its length in the shortest form, its value as it was.</summary>
    /// <param name="writer">Receives the bytes.</param>
    public void WriteTo(TlvWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Tag, Value.Span);
    }

    /// <summary>Tag and length, no data.</summary>
    public override string ToString() => $"{Tag}, {Value.Length} bytes";

    static List<TlvNode> ReadAll(ReadOnlyMemory<byte> whole, TlvReader reader)
    {
        List<TlvNode> nodes = [];
        while (reader.TryRead(out var element))
        {
            var value = whole.Slice(element.Offset + element.Encoded.Length - element.Value.Length, element.Value.Length);
            nodes.Add(new(element.Tag, element.Offset, value, element.Tag.IsConstructed ? ReadAll(whole, element.OpenValue()) : []));
        }

        return nodes;
    }
}
