namespace PersoMesh.CardSimulator;

/// <summary>BER-TLV as ISO/IEC 7816-4 §5.2.2 restricts it: tags of 1 to 3 bytes, definite lengths of 1 to 3 bytes.</summary>
static class BerTlv
{
    /// <summary>Reads the data object at the start of <paramref name="source"/>.</summary>
    /// <returns>False when it is cut short or its length form is not allowed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out int tag, out ReadOnlySpan<byte> value, out int consumed)
    {
        (tag, consumed) = (0, 0);
        value = default;
        if (source.IsEmpty)
            return false;
        var at = 0;
        tag = source[at++];
        if ((tag & 0x1F) == 0x1F)
        {
            byte next;
            do
            {
                if (at >= source.Length || at > 2)
                    return false;
                next = source[at++];
                tag = tag << 8 | next;
            }
            while ((next & 0x80) != 0);
        }

        if (at >= source.Length)
            return false;
        int length = source[at++];
        if (length > 0x80)
        {
            var count = length & 0x7F;
            if (count > 2 || at + count > source.Length)
                return false;
            length = 0;
            while (count-- > 0)
                length = length << 8 | source[at++];
        }
        else if (length == 0x80)
        {
            return false;
        }

        if (at + length > source.Length)
            return false;
        value = source.Slice(at, length);
        consumed = at + length;
        return true;
    }

    /// <summary>Splits <paramref name="source"/> into data objects that cover it exactly.</summary>
    public static bool TryReadAll(ReadOnlySpan<byte> source, out List<(int Tag, byte[] Value)> objects)
    {
        objects = [];
        while (!source.IsEmpty)
        {
            if (!TryRead(source, out var tag, out var value, out var consumed))
                return false;
            objects.Add((tag, value.ToArray()));
            source = source[consumed..];
        }

        return true;
    }

    /// <summary>Encodes one data object.</summary>
    public static byte[] Encode(int tag, params ReadOnlySpan<byte> value)
    {
        var tagLength = tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1;
        var lengthLength = value.Length < 0x80 ? 1 : value.Length <= 0xFF ? 2 : 3;
        var result = new byte[tagLength + lengthLength + value.Length];
        var at = 0;
        for (var shift = (tagLength - 1) * 8; shift >= 0; shift -= 8)
            result[at++] = (byte)(tag >> shift);
        if (lengthLength > 1)
            result[at++] = (byte)(0x7F + lengthLength);
        if (lengthLength == 3)
            result[at++] = (byte)(value.Length >> 8);
        result[at++] = (byte)value.Length;
        value.CopyTo(result.AsSpan(at));
        return result;
    }
}
