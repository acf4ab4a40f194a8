using System.Diagnostics;
using PersoMesh.SmartCard.FileSystem;

namespace PersoMesh.VirtualCards.Layout;

/// <summary>File control parameters of a layout's files (ISO/IEC 7816-4 §5.3.3).</summary>
static class FileParameters
{
    public static FileControlParameters Encode(CardFile file) => file switch
    {
        DedicatedFile df => new()
        {
            Descriptor = FileDescriptor.Df,
            FileId = df.FileId,
            DfName = df.DfName,
            CompactSecurity = CompactAccess.Encode(df.Access),
        },
        ElementaryFile ef => new()
        {
            Descriptor = Descriptor(ef),
            FileId = ef.FileId,
            CompactSecurity = CompactAccess.Encode(ef.Access),
            // Linear fixed and cyclic: the descriptor says it.
            DataSize = ef.Structure is FileStructure.Transparent or FileStructure.LinearVariable ? ef.Size : null,
            ShortFileId = ef.ShortFileId,
        },
        _ => throw new UnreachableException(),
    };

    static FileDescriptor Descriptor(ElementaryFile ef) => ef.Structure switch
    {
        FileStructure.LinearFixed => FileDescriptor.LinearFixed((ushort)ef.RecordLength, (byte)ef.RecordCount),
        FileStructure.LinearVariable => FileDescriptor.LinearVariable((ushort)ef.RecordLength, (byte)ef.RecordCount),
        FileStructure.Cyclic => FileDescriptor.Cyclic((ushort)ef.RecordLength, (byte)ef.RecordCount),
        _ => FileDescriptor.Transparent,
    };
}
