using System.Buffers.Binary;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// What stands between the parts of a file. A marker, like that of PNG, does not survive a transfer that changes line ends, and lets a
/// reader find the next record when a length is damaged.
/// </summary>
static class PreparedFrame
{
    public const int MarkerLength = 8;
    public const int MaxHeaderLength = 64 * 1024;

    /// <summary>Marker, number, length of the modules.</summary>
    public const int RecordHeadLength = MarkerLength + 8 + 4;

    /// <summary>Marker, count, MAC.</summary>
    public const int TrailerLength = MarkerLength + 8 + PreparedApplication.MacLength;

    public static ReadOnlySpan<byte> Header => "PHDR\r\n\x1A\n"u8;

    public static ReadOnlySpan<byte> Record => "PREC\r\n\x1A\n"u8;

    public static ReadOnlySpan<byte> Trailer => "PEND\r\n\x1A\n"u8;

    public static byte[] WriteHeader(PreparedHeader header)
    {
        var content = header.Encode();
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. Header, .. length, .. content];
    }

    /// <param name="number">The record's number.</param>
    /// <param name="record">Length and modules, as <see cref="PreparedRecord.Encode"/> returns them.</param>
    public static byte[] WriteRecord(long number, ReadOnlySpan<byte> record) => [.. Record, .. Number(number), .. record];

    public static byte[] WriteTrailer(long count, ReadOnlySpan<byte> mac) => [.. Trailer, .. Number(count), .. mac];

    static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
