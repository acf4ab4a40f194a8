using System.Globalization;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads the values of data groupings and tags: <c>hex</c>, <c>text</c> and <c>tlv</c>.</summary>
sealed class ValueReader(Templates templates, FaultList faults)
{
    static readonly Dictionary<string, string> NoFields = [];

    /// <summary>A value with its options.</summary>
    /// <param name="section">Has exactly one of hex, text and tlv.</param>
    /// <param name="where">Its place on the card.</param>
    /// <returns>Null after a fault that leaves nothing to check.</returns>
    public DataTemplate? Read(Section section, string where)
    {
        if (section.Optional("tlv") is { } tlv)
        {
            RefuseOptions(section, "tlv", "pad", "charset", "length");
            return Objects(tlv, where);
        }

        if (section.Optional("text") is { } text)
        {
            RefuseOptions(section, "text", "pad");
            var faultsBefore = faults.Count;
            var charset = section.Optional("charset") is { } node ? Charsets.Read(node, "'charset'", faults) : Charsets.Latin1;
            var template = new TextTemplate(where, templates.Read(text, where, Use.Machine), charset, Length(section));
            return Tried(template, text, faultsBefore);
        }

        RefuseOptions(section, "hex", "charset");
        return Hex(section.At("hex"), where, section);
    }

    DataTemplate Hex(Node node, string where, Section? options)
    {
        var faultsBefore = faults.Count;
        var digits = templates.ReadHex(node, where, Use.Machine);
        var template = options is null ? new(where, digits) : new HexTemplate(where, digits, Pads(options), Length(options));
        return Tried(template, node, faultsBefore);
    }

    // What is the same on all cards is tried at once, unless it has a fault already.
    DataTemplate Tried(DataTemplate value, Node node, int faultsBefore)
    {
        if (faults.Count > faultsBefore || !value.IsConstant)
            return value;
        try
        {
            value.Render(NoFields);
        }
        catch (RenderException e)
        {
            faults.Add(node, $"{e.Where}: {e.Reason.TrimEnd('.')}", "correct the value, or its options");
        }

        return value;
    }

    TlvTemplate Objects(Node node, string where)
    {
        // A list of mappings is for tags that occur more than once, such as 61 in a directory.
        var objects = new List<TlvObject>();
        IReadOnlyList<Node> parts = node is SequenceNode { Items: var items } ? items : [node];
        foreach (var part in parts)
        {
            if (part is MappingNode { Entries: var entries })
            {
                objects.AddRange(entries.Select(e => Object(e, where)).OfType<TlvObject>());
            }
            else
            {
                faults.Add(part, $"{where} is not a mapping of tags",
                    "write { tag: value }, or a list of these when a tag occurs more than once");
            }
        }

        return new(where, objects);
    }

    TlvObject? Object(Entry entry, string where)
    {
        var (key, value) = entry;
        if (!BerTag.TryParse(key.Text, out var tag))
        {
            faults.Add(key, $"'{key.Text}' is not a BER-TLV tag", "write its 1 to 4 bytes as hex digits, such as 57 or 9F10");
            return null;
        }

        var tagWhere = $"{where}{(where.Contains("tag", StringComparison.Ordinal) ? "/" : ", tag ")}{tag}";
        return tag.IsConstructed ? Constructed(tag, value, tagWhere) : Primitive(tag, value, tagWhere);
    }

    TlvObject? Constructed(BerTag tag, Node value, string where)
    {
        if (value is not ScalarNode)
            return new(tag, Objects(value, where));
        faults.Add(value, $"{where} is constructed (bit 6 of the tag's first byte), but its value is no mapping",
            "write the tags inside it: { tag: value }");
        return null;
    }

    TlvObject? Primitive(BerTag tag, Node value, string where)
    {
        if (value is not MappingNode { LooksLikeTemplate: false } mapping)
            return new(tag, Hex(value, where, options: null));
        if (mapping.Entries.Any(e => BerTag.TryParse(e.Key.Text, out _)))
        {
            faults.Add(value, $"{where} is primitive (bit 6 of the tag's first byte), but its value is a mapping of tags",
                "write hex digits, or choose a constructed tag");
            return null;
        }

        var section = new Section(value, where, faults, "hex", "text", "pad", "charset", "length", "optional");
        switch (section.Optional("hex") is not null, section.Optional("text") is not null)
        {
            case (true, true):
                faults.Add(value, $"{where} has both 'hex' and 'text'", "give it one of them");
                return null;
            case (false, false):
                faults.Add(value, $"{where} has neither 'hex' nor 'text'", "give it one of them");
                return null;
            default:
                return Read(section, where) is { } template ? new(tag, template, section.Flag("optional")) : null;
        }
    }

    bool Pads(Section section)
    {
        if (section.Optional("pad") is not { } node || Scalars.Text(node, "'pad'", faults) is not { Text: var text })
            return false;
        if (text != "F")
            faults.Add(node, $"'pad' is '{text}'", "write F: an odd number of hex digits gets an F at the end; or leave it out");
        return true;
    }

    LengthRange? Length(Section section)
    {
        if (section.Optional("length") is not { } node || Scalars.Text(node, "'length'", faults) is not { Text: var text })
            return null;
        var ends = text.Split('-', 2, StringSplitOptions.TrimEntries);
        if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var min)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var max)
            && min <= max && max is > 0 and <= DataGrouping.MaxLength)
            return new(min, max);
        faults.Add(node, $"'length' is '{text}'", "write a number of bytes, such as 3, or the least and the most, such as 2-26");
        return null;
    }

    void RefuseOptions(Section section, string form, params string[] options)
    {
        foreach (var option in options)
        {
            if (section.Optional(option) is { } node)
                faults.Add(node, $"'{option}' does not go with '{form}'", "remove it");
        }
    }
}
