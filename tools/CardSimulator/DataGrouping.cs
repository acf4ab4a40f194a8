namespace PersoMesh.CardSimulator;

/// <summary>A data grouping of EMV CPS: identifier (2 bytes), length (1 byte, or FF and 2 bytes from 255 on), value.</summary>
static class DataGrouping
{
    /// <summary>Reads the data grouping at the start of <paramref name="source"/>.</summary>
    /// <returns>False when more bytes have to come first.</returns>
    /// <exception cref="CardStatusException">6A80: the long form of the length for less than 255.</exception>
    public static bool TryRead(ReadOnlySpan<byte> source, out int dgi, out ReadOnlySpan<byte> value, out int consumed)
    {
        (dgi, consumed) = (0, 0);
        value = default;
        if (source.Length < 3)
            return false;
        var (length, header) = ((int)source[2], 3);
        if (length == 0xFF)
        {
            if (source.Length < 5)
                return false;
            (length, header) = (source[3] << 8 | source[4], 5);
            CardStatusException.ThrowIf(length < 0xFF, StatusWord.WrongData);
        }

        if (source.Length < header + length)
            return false;
        dgi = source[0] << 8 | source[1];
        value = source.Slice(header, length);
        consumed = header + length;
        return true;
    }
}
