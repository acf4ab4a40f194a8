using System.Buffers.Binary;

namespace PersoMesh.EndToEnd.Tests.IssuerPreparation;

/// <summary>A prepared file taken apart by its layout on paper (docs/prepared-jobs.md), to be put together otherwise.</summary>
sealed class PreparedFileParts
{
    const int MarkerLength = 8;
    const int TrailerLength = MarkerLength + 8 + 16;

    public PreparedFileParts(byte[] file)
    {
        var at = MarkerLength + 4 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(MarkerLength));
        Header = file[..at];
        while (file.Length - at > TrailerLength)
        {
            var end = at + MarkerLength + 8 + 4 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at + MarkerLength + 8));
            Records.Add(file[at..end]);
            at = end;
        }

        Trailer = file[at..];
    }

    public byte[] Header { get; }

    public List<byte[]> Records { get; } = [];

    public byte[] Trailer { get; }

    public byte[] Join() => [.. Header, .. Records.SelectMany(record => record), .. Trailer];

    public static byte[] Flip(byte[] bytes, int bit)
    {
        var changed = (byte[])bytes.Clone();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
