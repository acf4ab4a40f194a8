namespace PersoMesh.CardSimulator.Crypto;

/// <summary>Padding method 2 of ISO/IEC 9797-1: 80, then zeros up to the block; a whole block when already aligned.</summary>
static class Padding
{
    public static byte[] Add(ReadOnlySpan<byte> data, int block)
    {
        var result = new byte[(data.Length / block + 1) * block];
        data.CopyTo(result);
        result[data.Length] = 0x80;
        return result;
    }

    public static bool TryRemove(ReadOnlySpan<byte> data, out byte[] plain)
    {
        var end = data.LastIndexOfAnyExcept((byte)0);
        var found = end >= 0 && data[end] == 0x80;
        plain = found ? data[..end].ToArray() : [];
        return found;
    }
}
