using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.VirtualCards.Layout;

/// <summary>A file of a card: identifier, size and access conditions, without what is in it.</summary>
/// <param name="FileId">File identifier.</param>
public abstract record CardFile(ushort FileId)
{
    /// <summary>What people call it: <c>EF.Holder</c>. Not on the card.</summary>
    public string Name { get; init; } = "";
}

/// <summary>A dedicated file (DF), or the master file (MF): it holds files.</summary>
/// <param name="FileId">File identifier; 3F00 is the MF.</param>
public sealed record DedicatedFile(ushort FileId) : CardFile(FileId)
{
    /// <summary>DF name, 1 to 16 bytes; of an application its AID. Null when it has none.</summary>
    public ReadOnlyMemory<byte>? DfName { get; init; }

    /// <summary>Access conditions.</summary>
    public DfAccess Access { get; init; } = DfAccess.None;

    /// <summary>EFs and DFs in it, in the order in which they are created.</summary>
    public IReadOnlyList<CardFile> Files { get; init; } = [];
}

/// <summary>An elementary file (EF): it holds data.</summary>
/// <param name="FileId">File identifier.</param>
/// <param name="Structure">Transparent, linear fixed, linear variable or cyclic.</param>
public sealed record ElementaryFile(ushort FileId, FileStructure Structure) : CardFile(FileId)
{
    /// <summary>Bytes of data: of a transparent EF its length, of a linear variable EF the room for all records.</summary>
    public int Size { get; init; }

    /// <summary>Length in bytes of each record; of a linear variable EF that of the longest.</summary>
    public int RecordLength { get; init; }

    /// <summary>The number of records; of a linear variable EF the greatest number.</summary>
    public int RecordCount { get; init; }

    /// <summary>Short EF identifier, 1 to 30; 0 for none.</summary>
    public byte ShortFileId { get; init; }

    /// <summary>
    /// The area of the image that its content lies in: one of Public, Private, Keys, or Identifier for a file that holds the card's own
    /// identifier (16 bytes) and is filled by itself.
    /// </summary>
    public ImageAreas Area { get; init; } = ImageAreas.Public;

    /// <summary>Access conditions.</summary>
    public EfAccess Access { get; init; } = EfAccess.ReadOnly;

    /// <summary>The byte that fills what the content leaves free.</summary>
    public byte Fill { get; init; }

    /// <summary>A transparent EF.</summary>
    /// <param name="fileId">File identifier.</param>
    /// <param name="size">Its length in bytes.</param>
    public static ElementaryFile Transparent(ushort fileId, int size) => new(fileId, FileStructure.Transparent) { Size = size };

    /// <summary>A linear fixed EF.</summary>
    /// <param name="fileId">File identifier.</param>
    /// <param name="recordLength">Length of each record in bytes.</param>
    /// <param name="recordCount">Number of records.</param>
    public static ElementaryFile LinearFixed(ushort fileId, int recordLength, int recordCount) =>
        OfRecords(fileId, FileStructure.LinearFixed, recordLength, recordCount);

    /// <summary>A linear variable EF with room for all records at their full length.</summary>
    /// <param name="fileId">File identifier.</param>
    /// <param name="recordLength">Length of the longest record in bytes.</param>
    /// <param name="recordCount">Greatest number of records.</param>
    public static ElementaryFile LinearVariable(ushort fileId, int recordLength, int recordCount) =>
        OfRecords(fileId, FileStructure.LinearVariable, recordLength, recordCount);

    /// <summary>A cyclic EF.</summary>
    /// <param name="fileId">File identifier.</param>
    /// <param name="recordLength">Length of each record in bytes.</param>
    /// <param name="recordCount">Number of records.</param>
    public static ElementaryFile Cyclic(ushort fileId, int recordLength, int recordCount) =>
        OfRecords(fileId, FileStructure.Cyclic, recordLength, recordCount);

    static ElementaryFile OfRecords(ushort fileId, FileStructure structure, int length, int count) =>
        new(fileId, structure) { RecordLength = length, RecordCount = count, Size = length * count };
}
