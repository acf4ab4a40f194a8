namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>Reads BER-TLV (ISO/IEC 7816-4 §5.2.2), on its own: tags of one or two bytes, lengths of one or two.</summary>
static class Tlv
{
    /// <summary>The data objects inside a record template: value by tag, both hexadecimal.</summary>
    public static IReadOnlyDictionary<string, string> ReadTemplate70(byte[] record)
    {
        var (tag, value, rest) = Next(Convert.ToHexString(record));
        Assert.Equal("70", tag);
        Assert.Empty(rest);
        Dictionary<string, string> objects = new(StringComparer.Ordinal);
        while (value.Length > 0)
        {
            (tag, var content, value) = Next(value);
            objects.Add(tag, content);
        }

        return objects;
    }

    static (string Tag, string Value, string Remainder) Next(string hex)
    {
        var tagLength = (Convert.ToByte(hex[..2], 16) & 0x1F) == 0x1F ? 4 : 2;
        var length = Convert.ToByte(hex.Substring(tagLength, 2), 16);
        var at = tagLength + 2;
        if (length == 0x81)
        {
            length = Convert.ToByte(hex.Substring(at, 2), 16);
            at += 2;
        }

        return (hex[..tagLength], hex.Substring(at, length * 2), hex[(at + length * 2)..]);
    }
}
