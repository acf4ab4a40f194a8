using System.Buffers.Binary;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.Commands;

/// <summary>
/// Commands on transparent EFs (ISO/IEC 7816-4 §7.2), class 00. The builders make commands and send nothing. Data may be secret: the
/// caller zeroes its own buffer; the builders with odd instruction copy it into <see cref="CommandApdu.Data"/>.
/// </summary>
/// <remarks>
/// Three ways to address: an offset of 15 bits in the current EF; an offset of 8 bits in the EF with a short identifier, which becomes the
/// current one; and, by the odd instructions, an offset of any size in a data object.
/// </remarks>
public static class BinaryCommands
{
    /// <summary>The greatest offset that P1-P2 take.</summary>
    public const int MaxOffset = 0x7FFF;

    const byte ReadIns = 0xB0;
    const byte WriteIns = 0xD0;
    const byte UpdateIns = 0xD6;
    const byte EraseIns = 0x0E;

    /// <summary>READ BINARY in the current EF.</summary>
    /// <param name="offset">Offset in data units (bytes, as a rule), 0 to 32,767.</param>
    /// <param name="length">How many bytes at most, 1 to 65,536; 256 lets a card with short lengths return all it can.</param>
    public static CommandApdu Read(int offset, int length = 256) => AtOffset(ReadIns, offset, default, length);

    /// <summary>READ BINARY in the EF with a short identifier.</summary>
    /// <param name="sfi">Short EF identifier, 1 to 30.</param>
    /// <param name="offset">Offset, 0 to 255.</param>
    /// <param name="length">How many bytes at most, 1 to 65,536.</param>
    public static CommandApdu ReadBySfi(int sfi, int offset = 0, int length = 256) => BySfi(ReadIns, sfi, offset, default, length);

    /// <summary>UPDATE BINARY in the current EF: sets the bytes.</summary>
    /// <param name="offset">Offset, 0 to 32,767.</param>
    /// <param name="data">The bytes; not copied.</param>
    public static CommandApdu Update(int offset, ReadOnlyMemory<byte> data) => AtOffset(UpdateIns, offset, data, ne: null);

    /// <summary>UPDATE BINARY in the EF with a short identifier.</summary>
    /// <param name="sfi">Short EF identifier, 1 to 30.</param>
    /// <param name="offset">Offset, 0 to 255.</param>
    /// <param name="data">The bytes; not copied.</param>
    public static CommandApdu UpdateBySfi(int sfi, int offset, ReadOnlyMemory<byte> data) => BySfi(UpdateIns, sfi, offset, data, ne: null);

    /// <summary>WRITE BINARY in the current EF: once, or combined with what is there, as the data coding byte says.</summary>
    /// <param name="offset">Offset, 0 to 32,767.</param>
    /// <param name="data">The bytes; not copied.</param>
    public static CommandApdu Write(int offset, ReadOnlyMemory<byte> data) => AtOffset(WriteIns, offset, data, ne: null);

    /// <summary>WRITE BINARY in the EF with a short identifier.</summary>
    /// <param name="sfi">Short EF identifier, 1 to 30.</param>
    /// <param name="offset">Offset, 0 to 255.</param>
    /// <param name="data">The bytes; not copied.</param>
    public static CommandApdu WriteBySfi(int sfi, int offset, ReadOnlyMemory<byte> data) => BySfi(WriteIns, sfi, offset, data, ne: null);

    /// <summary>ERASE BINARY in the current EF.</summary>
    /// <param name="offset">The first byte to erase, 0 to 32,767.</param>
    /// <param name="end">The first byte not to erase; null for up to the end of the file.</param>
    public static CommandApdu Erase(int offset, ushort? end = null) =>
        AtOffset(EraseIns, offset, end is { } stop ? new byte[] { (byte)(stop >> 8), (byte)stop } : default, ne: null);

    /// <summary>READ BINARY with odd instruction (B1): offset in DO 54; the response is DO 53 (or 73).</summary>
    /// <param name="offset">Offset, from 0.</param>
    /// <param name="length">How many bytes of response, with tag and length of DO 53, at most.</param>
    /// <param name="fileId">File identifier, or a short one 1 to 30; 0 for the current EF.</param>
    public static CommandApdu ReadAnyOffset(int offset, int length = 256, ushort fileId = 0) =>
        WithOffsetObject(ReadIns, offset, null, fileId, length);

    /// <summary>UPDATE BINARY with odd instruction (D7): offset in DO 54, bytes in DO 53.</summary>
    /// <param name="offset">Offset, from 0.</param>
    /// <param name="data">The bytes; copied into the command.</param>
    /// <param name="fileId">File identifier, or a short one 1 to 30; 0 for the current EF.</param>
    public static CommandApdu UpdateAnyOffset(int offset, ReadOnlyMemory<byte> data, ushort fileId = 0) =>
        WithOffsetObject(UpdateIns, offset, data, fileId, ne: null);

    /// <summary>WRITE BINARY with odd instruction (D1): offset in DO 54, bytes in DO 53.</summary>
    /// <param name="offset">Offset, from 0.</param>
    /// <param name="data">The bytes; copied into the command.</param>
    /// <param name="fileId">File identifier, or a short one 1 to 30; 0 for the current EF.</param>
    public static CommandApdu WriteAnyOffset(int offset, ReadOnlyMemory<byte> data, ushort fileId = 0) =>
        WithOffsetObject(WriteIns, offset, data, fileId, ne: null);

    static CommandApdu AtOffset(byte ins, int offset, ReadOnlyMemory<byte> data, int? ne)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, MaxOffset);
        return new(0x00, ins, (byte)(offset >> 8), (byte)offset, data, ne);
    }

    static CommandApdu BySfi(byte ins, int sfi, int offset, ReadOnlyMemory<byte> data, int? ne)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sfi, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sfi, 30);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, 0xFF);
        return new(0x00, ins, (byte)(0x80 | sfi), (byte)offset, data, ne);
    }

    static CommandApdu WithOffsetObject(byte evenIns, int offset, ReadOnlyMemory<byte>? data, ushort fileId, int? ne)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        using var writer = new TlvWriter();
        Span<byte> coded = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(coded, offset);
        // At least two bytes: what readers of travel documents send (ICAO 9303-10) and cards are tested with.
        writer.Write(0x54, coded[(offset <= 0xFFFF ? 2 : offset <= 0xFF_FFFF ? 1 : 0)..]);
        if (data is { } value)
            writer.Write(0x53, value.Span);
        return new(0x00, (byte)(evenIns | 0x01), (byte)(fileId >> 8), (byte)fileId, writer.ToArray(), ne);
    }
}
