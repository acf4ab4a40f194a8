namespace PersoMesh.SmartCard.Commands;

/// <summary>What SELECT returns (P2 bits 4 and 3).</summary>
public enum SelectReturn : byte
{
    /// <summary>File control information, template 6F.</summary>
    Fci = 0x00,

    /// <summary>File control parameters, template 62.</summary>
    Fcp = 0x04,

    /// <summary>File management data, template 64.</summary>
    Fmd = 0x08,

    /// <summary>No data.</summary>
    Nothing = 0x0C,
}

/// <summary>Which of several that fit (P2 bits 2 and 1 of SELECT, low bits of the record commands).</summary>
public enum Occurrence : byte
{
    /// <summary>The first, or the only one.</summary>
    First = 0,

    /// <summary>The last.</summary>
    Last = 1,

    /// <summary>The next after the current one.</summary>
    Next = 2,

    /// <summary>The one before the current one.</summary>
    Previous = 3,
}

/// <summary>SELECT (ISO/IEC 7816-4 §7.1.1), class 00. The builders make commands and send nothing.</summary>
public static class SelectCommands
{
    /// <summary>The identifier of the master file.</summary>
    public const ushort MasterFileId = 0x3F00;

    const byte Select = 0xA4;

    /// <summary>Selects the master file by its identifier.</summary>
    /// <param name="returned">What the card is to return.</param>
    public static CommandApdu MasterFile(SelectReturn returned = SelectReturn.Fci) => FileById(MasterFileId, returned);

    /// <summary>Selects the MF, a DF or an EF by file identifier (P1 = 00).</summary>
    /// <param name="fileId">File identifier.</param>
    /// <param name="returned">What the card is to return.</param>
    public static CommandApdu FileById(ushort fileId, SelectReturn returned = SelectReturn.Fci) =>
        Build(0x00, Bytes(fileId), returned);

    /// <summary>Selects a DF directly below the current one (P1 = 01).</summary>
    /// <param name="fileId">File identifier.</param>
    /// <param name="returned">What the card is to return.</param>
    public static CommandApdu ChildDf(ushort fileId, SelectReturn returned = SelectReturn.Fci) => Build(0x01, Bytes(fileId), returned);

    /// <summary>Selects an EF directly below the current DF (P1 = 02).</summary>
    /// <param name="fileId">File identifier.</param>
    /// <param name="returned">What the card is to return.</param>
    public static CommandApdu EfUnderCurrentDf(ushort fileId, SelectReturn returned = SelectReturn.Fci) =>
        Build(0x02, Bytes(fileId), returned);

    /// <summary>Selects the parent of the current DF (P1 = 03).</summary>
    /// <param name="returned">What the card is to return.</param>
    public static CommandApdu ParentDf(SelectReturn returned = SelectReturn.Fci) => Build(0x03, default, returned);

    /// <summary>Selects an application or DF by name (P1 = 04).</summary>
    /// <param name="name">
    /// AID or DF name, up to 16 bytes, possibly cut at the right; empty selects the default application. Not copied.
    /// </param>
    /// <param name="occurrence">Which one, when several begin with the name.</param>
    /// <param name="returned">What the card is to return.</param>
    /// <exception cref="ArgumentException">Name longer than 16 bytes.</exception>
    public static CommandApdu ByName(
        ReadOnlyMemory<byte> name, Occurrence occurrence = Occurrence.First, SelectReturn returned = SelectReturn.Fci) => name.Length <= 16
        ? Build(0x04, name, returned, occurrence)
        : throw new ArgumentException($"A DF name has at most 16 bytes, not {name.Length}.", nameof(name));

    /// <summary>Selects by a path from the master file (P1 = 08).</summary>
    /// <param name="path">File identifiers below the master file, from the top down; the master file itself is not named.</param>
    /// <param name="returned">What the card is to return.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static CommandApdu PathFromMasterFile(ReadOnlySpan<ushort> path, SelectReturn returned = SelectReturn.Fci) =>
        Build(0x08, Bytes(path), returned);

    /// <summary>Selects by a path from the current DF (P1 = 09).</summary>
    /// <param name="path">File identifiers below the current DF, from the top down; the current DF itself is not named.</param>
    /// <param name="returned">What the card is to return.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static CommandApdu PathFromCurrentDf(ReadOnlySpan<ushort> path, SelectReturn returned = SelectReturn.Fci) =>
        Build(0x09, Bytes(path), returned);

    static CommandApdu Build(byte p1, ReadOnlyMemory<byte> data, SelectReturn returned, Occurrence occurrence = Occurrence.First) =>
        new(0x00, Select, p1, (byte)((byte)returned | (byte)occurrence), data, returned == SelectReturn.Nothing ? null : 256);

    static byte[] Bytes(ReadOnlySpan<ushort> path)
    {
        if (path.IsEmpty)
            throw new ArgumentException("A path names at least one file.", nameof(path));
        var bytes = new byte[2 * path.Length];
        for (var i = 0; i < path.Length; i++)
            (bytes[2 * i], bytes[(2 * i) + 1]) = ((byte)(path[i] >> 8), (byte)path[i]);
        return bytes;
    }

    static byte[] Bytes(ushort fileId) => [(byte)(fileId >> 8), (byte)fileId];
}
