namespace PersoMesh.GlobalPlatform;

/// <summary>Writes the length-prefixed fields of INSTALL and PUT KEY.</summary>
sealed class FieldWriter
{
    readonly List<byte> _fields = [];

    /// <summary>A field of up to 127 bytes behind one length byte.</summary>
    internal FieldWriter Short(ReadOnlySpan<byte> field)
    {
        if (field.Length > 127)
            throw new ArgumentException($"A field of {field.Length} bytes; its length must fit in one byte, up to 127.", nameof(field));
        _fields.Add((byte)field.Length);
        _fields.AddRange(field);
        return this;
    }

    /// <summary>A field behind a BER length of one to three bytes.</summary>
    internal FieldWriter Long(ReadOnlySpan<byte> field)
    {
        switch (field.Length)
        {
            case <= 127:
                break;
            case <= 255:
                _fields.Add(0x81);
                break;
            case <= 65_535:
                _fields.AddRange([0x82, (byte)(field.Length >> 8)]);
                break;
            default:
                throw new ArgumentException($"A field of {field.Length} bytes is longer than any command.", nameof(field));
        }

        _fields.Add((byte)field.Length);
        _fields.AddRange(field);
        return this;
    }

    internal FieldWriter Bytes(params ReadOnlySpan<byte> bytes)
    {
        _fields.AddRange(bytes);
        return this;
    }

    internal byte[] ToArray() => [.. _fields];
}
