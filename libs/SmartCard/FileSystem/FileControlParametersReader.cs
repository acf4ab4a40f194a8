using System.Buffers.Binary;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.FileSystem;

/// <summary>Turns the data objects of a template into <see cref="FileControlParameters"/>.</summary>
static class FileControlParametersReader
{
    const string Structure = "file control parameters";
    const string SizeRule = ": a size has 1 to 4 bytes and is less than 2 GB";

    public static CardDataError? Read(ReadOnlyMemory<byte> encoded, out FileControlParameters? parameters)
    {
        parameters = null;
        if (new TlvReader(encoded.Span).Check() is { } malformed)
            return malformed;
        if (TlvNode.Parse(encoded) is not [var template])
            return new(Structure, 0, "not exactly one template");
        if (template.Tag != FileControlParameters.FcpTemplate && template.Tag != FileControlParameters.FmdTemplate
            && template.Tag != FileControlParameters.FciTemplate)
        {
            return new(Structure, 0, "template is none of 62, 64, 6F");
        }

        parameters = new FileControlParameters { Template = template.Tag };
        List<TlvNode> others = [];
        HashSet<BerTag> seen = [];
        foreach (var node in template.Tag == FileControlParameters.FciTemplate ? Unwrap(template.Children) : template.Children)
        {
            if (!seen.Add(node.Tag) || Apply(parameters, node) is not { } applied)
            {
                others.Add(node);
                continue;
            }

            if (applied.Error is { } reason)
            {
                parameters = null;
                return new(Structure, node.Offset, reason);
            }

            parameters = applied.Parameters!;
        }

        parameters = parameters with { Others = others };
        return null;
    }

    // ISO/IEC 7816-4 §5.3.3: 6F may hold the parameters bare, or 62 and 64 as templates of their own.
    static IEnumerable<TlvNode> Unwrap(IReadOnlyList<TlvNode> nodes) =>
        nodes.SelectMany(node => node.Tag == FileControlParameters.FcpTemplate ? Unwrap(node.Children) : [node]);

    static Applied? Apply(FileControlParameters parameters, TlvNode node)
    {
        var value = node.Value;
        return node.Tag.Value switch
        {
            0x80 => ReadSize(value.Span) is { } size ? parameters with { DataSize = size } : "80" + SizeRule,
            0x81 => ReadSize(value.Span) is { } size ? parameters with { TotalSize = size } : "81" + SizeRule,
            0x82 => FileDescriptor.TryParse(value.Span, out var descriptor)
                ? parameters with { Descriptor = descriptor }
                : "82: a file descriptor has 1 to 6 bytes",
            0x83 => value.Length == 2
                ? parameters with { FileId = BinaryPrimitives.ReadUInt16BigEndian(value.Span) }
                : "83: a file identifier has 2 bytes",
            0x84 => value.Length is >= 1 and <= 16 ? parameters with { DfName = value } : "84: a DF name has 1 to 16 bytes",
            0x85 => parameters with { Proprietary = value },
            0x86 => parameters with { ProprietarySecurity = value },
            0x88 => ReadShortFileId(value.Span) is { } sfi
                ? parameters with { ShortFileId = sfi }
                : "88: a short EF identifier is empty, or 1 to 30 in the five high bits of one byte",
            0x8A => value.Length == 1
                ? parameters with { LifeCycle = (LifeCycleStatus)value.Span[0] }
                : "8A: a life cycle status has 1 byte",
            0x8B => parameters with { SecurityReference = value },
            0x8C => parameters with { CompactSecurity = value },
            0xA5 => parameters with { ProprietaryTemplate = value },
            0xAB => parameters with { ExpandedSecurity = value },
            _ => null,
        };
    }

    static int? ReadSize(ReadOnlySpan<byte> value)
    {
        if (value.Length is < 1 or > 4)
            return null;
        uint size = 0;
        foreach (var b in value)
            size = (size << 8) | b;
        return size <= int.MaxValue ? (int)size : null;
    }

    static byte? ReadShortFileId(ReadOnlySpan<byte> value) => value switch
    {
        [] => 0,
        [var coded] when (coded & 0x07) == 0 && coded is > 0 and < 0xF8 => (byte)(coded >> 3),
        _ => null,
    };

    // Either the parameters with one more property, or why the data object is refused.
    sealed record Applied(FileControlParameters? Parameters, string? Error)
    {
        public static implicit operator Applied(FileControlParameters parameters) => new(parameters, null);

        public static implicit operator Applied(string reason) => new(null, reason);
    }
}
