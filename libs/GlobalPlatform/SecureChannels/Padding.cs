namespace PersoMesh.GlobalPlatform;

/// <summary>Padding with 80 and zeros up to whole blocks, always at least one byte (GPC 2.3.1 §B.1.3, ISO/IEC 9797-1 method 2).</summary>
static class Padding
{
    internal static byte[] Pad(ReadOnlySpan<byte> data, int block)
    {
        var padded = new byte[PaddedLength(data.Length, block)];
        Write(data, padded);
        return padded;
    }

    /// <summary>Fills a buffer of exactly the padded length.</summary>
    internal static void Write(ReadOnlySpan<byte> data, Span<byte> padded)
    {
        data.CopyTo(padded);
        padded[data.Length] = 0x80;
        padded[(data.Length + 1)..].Clear();
    }

    internal static int PaddedLength(int length, int block) => ((length / block) + 1) * block;

    /// <summary>Length without padding, or -1 when there is no valid padding.</summary>
    internal static int UnpaddedLength(ReadOnlySpan<byte> padded)
    {
        var end = padded.LastIndexOfAnyExcept((byte)0);
        return end >= 0 && padded[end] == 0x80 ? end : -1;
    }
}
