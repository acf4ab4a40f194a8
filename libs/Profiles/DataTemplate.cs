using System.Text;
using PersoMesh.Conversions;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Profiles;

/// <summary>Bytes of the chip that depend on a card object's fields: a tree of hex digits, texts and BER-TLV data objects. Immutable and
/// thread-safe.</summary>
/// <param name="Where">Its place, such as <c>DGI 0101, tag 70/5F20</c>: how errors name it.</param>
public abstract record DataTemplate(string Where)
{
    /// <summary>The bytes for one card object; the caller owns them.</summary>
    /// <param name="fields">Inputs and computed fields by name.</param>
    /// <exception cref="RenderException">A field is missing or does not fit its place; the message holds no value.</exception>
    public abstract byte[] Render(IReadOnlyDictionary<string, string> fields);

    /// <summary>The inputs and computed fields that it uses.</summary>
    public abstract IEnumerable<string> FieldNames { get; }

    /// <summary>True when it is the same on all cards.</summary>
    internal abstract bool IsConstant { get; }
}

/// <summary>A number of bytes, both ends included.</summary>
/// <param name="Min">At least.</param>
/// <param name="Max">At most.</param>
public sealed record LengthRange(int Min, int Max)
{
    /// <summary>As a profile writes it: <c>8</c> or <c>2-26</c>.</summary>
    public override string ToString() => Min == Max ? $"{Min}" : $"{Min}-{Max}";

    internal void Check(int length, string where)
    {
        var allowed = Min == Max ? $"{Min}" : $"{Min} to {Max}";
        if (length < Min || length > Max)
            throw new RenderException(where, $"{length} {(length == 1 ? "byte" : "bytes")}, not {allowed}.");
    }
}

/// <summary>Hex digits.</summary>
/// <param name="Where">Its place.</param>
/// <param name="Digits">Gives hex digits, two to a byte.</param>
/// <param name="PadsRightWithF">True when an odd number of digits gets an F at the end; else it is an error.</param>
/// <param name="Length">Allowed number of bytes; null = any.</param>
public sealed record HexTemplate(string Where, Template Digits, bool PadsRightWithF = false, LengthRange? Length = null)
    : DataTemplate(Where)
{
    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Digits.Names;

    /// <inheritdoc />
    public override byte[] Render(IReadOnlyDictionary<string, string> fields) =>
        Rendering.Hex(Digits, Where, PadsRightWithF, Length, fields);

    internal override bool IsConstant => Digits.IsConstant;
}

/// <summary>Text in a character set.</summary>
/// <param name="Where">Its place.</param>
/// <param name="Text">Gives the text.</param>
/// <param name="Charset">Throws on characters that it lacks.</param>
/// <param name="Length">Allowed number of bytes; null = any.</param>
public sealed record TextTemplate(string Where, Template Text, Encoding Charset, LengthRange? Length = null) : DataTemplate(Where)
{
    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Text.Names;

    internal override bool IsConstant => Text.IsConstant;

    /// <inheritdoc />
    public override byte[] Render(IReadOnlyDictionary<string, string> fields)
    {
        var text = Rendering.Text(Text, Where, fields);
        try
        {
            var bytes = Charset.GetBytes(text);
            Length?.Check(bytes.Length, Where);
            return bytes;
        }
        catch (EncoderFallbackException e)
        {
            // Neither the message nor an inner exception may carry the character: it is part of the value.
            throw new RenderException(Where, $"character {e.Index + 1} is not in {Charset.WebName}.");
        }
    }
}

/// <summary>BER-TLV data objects (ISO/IEC 7816-4 §5.2.2), one after the other.</summary>
/// <param name="Where">Its place.</param>
/// <param name="Objects">In the order in which they are written.</param>
public sealed record TlvTemplate(string Where, IReadOnlyList<TlvObject> Objects) : DataTemplate(Where)
{
    /// <inheritdoc />
    public override IEnumerable<string> FieldNames => Objects.SelectMany(o => o.Value.FieldNames);

    internal override bool IsConstant => Objects.All(o => o.Value.IsConstant);

    /// <inheritdoc />
    public override byte[] Render(IReadOnlyDictionary<string, string> fields)
    {
        using var writer = new TlvWriter();
        foreach (var (tag, template, isOptional) in Objects)
        {
            var value = template.Render(fields);
            if (value.Length > 0 || !isOptional)
                writer.Write(tag, value);
        }

        return writer.ToArray();
    }
}

/// <summary>One data object.</summary>
/// <param name="Tag">Its tag.</param>
/// <param name="Value">A <see cref="TlvTemplate"/> when the tag is a constructed one.</param>
/// <param name="IsOptional">True when it is left out where its value is empty.</param>
public sealed record TlvObject(BerTag Tag, DataTemplate Value, bool IsOptional = false);
