using System.Text.Json.Serialization;

namespace PersoMesh.FileSystemCard.Files;

/// <summary>How a file is built.</summary>
enum FileKind
{
    Df,
    Transparent,
    LinearFixed,
    LinearVariable,
    Cyclic,
}

/// <summary>Life cycle status byte (ISO/IEC 7816-4 §5.3.3.2); only the states that this card has.</summary>
static class LifeCycle
{
    public const byte Creation = 0x01;
    public const byte Initialisation = 0x03;
    public const byte Activated = 0x05;
}

/// <summary>A file and what is in it, as it lies in the card's memory.</summary>
sealed class CardFile
{
    public const ushort MasterFileId = 0x3F00;

    public required ushort FileId { get; init; }

    public required FileKind Kind { get; init; }

    /// <summary>Value of tag 82 as CREATE FILE brought it.</summary>
    public required byte[] Descriptor { get; init; }

    public byte[]? DfName { get; init; }

    /// <summary>Short EF identifier; 0 when it has none.</summary>
    public byte ShortFileId { get; init; }

    public byte LifeCycleStatus { get; set; } = LifeCycle.Creation;

    /// <summary>Value of tag 8C; null when CREATE FILE brought none.</summary>
    public byte[]? Rules { get; init; }

    /// <summary>Data objects 85 and A5 as CREATE FILE brought them, encoded; the card makes nothing of them.</summary>
    public byte[] Proprietary { get; init; } = [];

    /// <summary>Memory for data in bytes; 0 for a DF.</summary>
    public int Size { get; init; }

    /// <summary>The longest record in bytes; the length of every record unless linear variable.</summary>
    public int RecordLength { get; init; }

    /// <summary>The greatest number of records.</summary>
    public int MaxRecords { get; init; }

    /// <summary>Data of a transparent EF.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>Records; record number 1 comes first, in a cyclic EF that is the newest.</summary>
    public List<byte[]> Records { get; init; } = [];

    public List<CardFile> Children { get; init; } = [];

    [JsonIgnore]
    public CardFile? Parent { get; private set; }

    [JsonIgnore]
    public bool IsDf => Kind == FileKind.Df;

    [JsonIgnore]
    public bool HasRecords => Kind is FileKind.LinearFixed or FileKind.LinearVariable or FileKind.Cyclic;

    [JsonIgnore]
    public bool IsActivated => LifeCycleStatus == LifeCycle.Activated;

    public void Add(CardFile child)
    {
        child.Parent = this;
        Children.Add(child);
    }

    public CardFile? Child(ushort fileId) => Children.Find(c => c.FileId == fileId);

    /// <summary>The file and everything below it.</summary>
    public IEnumerable<CardFile> SelfAndDescendants() => Children.SelectMany(c => c.SelfAndDescendants()).Prepend(this);

    /// <summary>Parents are not written to a saved card.</summary>
    public void RestoreParents()
    {
        foreach (var child in Children)
        {
            child.Parent = this;
            child.RestoreParents();
        }
    }
}
