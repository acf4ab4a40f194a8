using System.Text;
using PersoMesh.SmartCard;
using PersoMesh.SmartCard.FileSystem;
using PersoMesh.SmartCard.Tlv;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.VirtualCards.Sealing;

/// <summary>The areas of an image as BER-TLV, before they are encrypted. docs/virtual-cards.md lists the tags.</summary>
static class ImageCoding
{
    static readonly BerTag Df = 0xE0;
    static readonly BerTag Ef = 0xE1;
    static readonly BerTag Slot = 0xE2;
    static readonly BerTag Content = 0xE3;
    static readonly BerTag Password = 0xE4;
    static readonly BerTag Reference = 0xC0;
    static readonly BerTag Area = 0xC1;
    static readonly BerTag Fill = 0xC2;
    static readonly BerTag Name = 0xC3;
    static readonly BerTag Rules = 0xC4;
    static readonly BerTag Coding = 0xC5;
    static readonly BerTag Path = 0xC6;
    static readonly BerTag Value = 0xC7;
    static readonly BerTag ResettingCode = 0xC8;
    static readonly BerTag ResettingRules = 0xC9;
    static readonly BerTag Profile = 0xCA;
    static readonly BerTag Data = 0x53;

    /// <summary>Profile, structure and password slots.</summary>
    public static void WriteStructure(VirtualCard image, TlvWriter writer)
    {
        writer.Write(Profile, Encoding.UTF8.GetBytes(image.Profile));
        WriteFile(image.Layout.MasterFile, writer);
        foreach (var slot in image.Layout.Passwords)
        {
            writer.Begin(Slot).Write(Reference, slot.Reference).Write(Name, Encoding.UTF8.GetBytes(slot.Name))
                .Write(Rules, Code(slot.Rules)).Write(Coding, [(byte)slot.Coding.StoredLength, slot.Coding.Pad]);
            if (slot.ResettingCode is { } code)
                writer.Write(ResettingRules, Code(code));
            writer.End();
        }
    }

    /// <summary>The contents of the files of an area.</summary>
    public static void WriteContents(VirtualCard image, ImageAreas area, TlvWriter writer)
    {
        foreach (var (path, _) in image.Layout.ElementaryFiles.Where(f => f.Value.Area == area))
        {
            writer.Begin(Content).Write(Path, Encoding.ASCII.GetBytes(path.ToString()));
            foreach (var piece in image.Read(path))
                writer.Write(Data, piece.Span);
            writer.End();
        }
    }

    public static void WritePasswords(VirtualCard image, TlvWriter writer)
    {
        foreach (var password in image.Passwords)
        {
            writer.Begin(Password).Write(Reference, password.Slot.Reference).Write(Value, password.Value);
            if (!password.ResettingCode.IsEmpty)
                writer.Write(ResettingCode, password.ResettingCode);
            writer.End();
        }
    }

    public static (CardLayout Layout, string Profile) ReadStructure(IReadOnlyList<TlvNode> nodes) => (
        new CardLayout(
            (DedicatedFile)ReadFile(nodes.First(n => n.Tag == Df)),
            [.. nodes.Where(n => n.Tag == Slot).Select(ReadSlot)]),
        Encoding.UTF8.GetString(Field(nodes, Profile).Span));

    public static IEnumerable<CardPassword> ReadPasswords(CardLayout layout, IReadOnlyList<TlvNode> nodes) =>
        nodes.Where(n => n.Tag == Password).Select(node => new CardPassword(
            layout.Passwords.First(slot => slot.Reference == Field(node.Children, Reference).Span[0]),
            Field(node.Children, Value).ToArray(),
            node.Find(ResettingCode)?.Value.ToArray()));

    public static void ReadContents(IReadOnlyList<TlvNode> nodes, VirtualCard image)
    {
        foreach (var node in nodes.Where(n => n.Tag == Content))
        {
            var path = FilePath.Parse(Encoding.ASCII.GetString(Field(node.Children, Path).Span));
            image.Restore(path, [.. node.Children.Where(c => c.Tag == Data).Select(c => c.Value.ToArray())]);
        }
    }

    static void WriteFile(CardFile file, TlvWriter writer)
    {
        writer.Begin(file is DedicatedFile ? Df : Ef)
            .WriteEncoded(FileParameters.Encode(file).ToArray())
            .Write(Name, Encoding.UTF8.GetBytes(file.Name));
        if (file is ElementaryFile ef)
            writer.Write(Area, (byte)ef.Area).Write(Fill, ef.Fill);
        foreach (var child in file is DedicatedFile df ? df.Files : [])
            WriteFile(child, writer);
        writer.End();
    }

    static CardFile ReadFile(TlvNode node)
    {
        using var encoded = new TlvWriter();
        node.Children[0].WriteTo(encoded);
        var parameters = FileControlParameters.Parse(encoded.ToArray());
        var name = Encoding.UTF8.GetString(Field(node.Children, Name).Span);
        var fileId = parameters.FileId.GetValueOrDefault();
        var rules = parameters.CompactSecurity.GetValueOrDefault();
        if (node.Tag == Df)
        {
            return new DedicatedFile(fileId)
            {
                Name = name,
                DfName = parameters.DfName,
                Access = CompactAccess.DecodeDf(rules),
                Files = [.. node.Children.Where(c => c.Tag == Df || c.Tag == Ef).Select(ReadFile)],
            };
        }

        var descriptor = parameters.Descriptor!;
        int recordLength = descriptor.MaxRecordLength.GetValueOrDefault();
        int recordCount = descriptor.RecordCount.GetValueOrDefault();
        return new ElementaryFile(fileId, descriptor.Structure)
        {
            Name = name,
            Size = parameters.DataSize ?? recordLength * recordCount,
            RecordLength = recordLength,
            RecordCount = recordCount,
            ShortFileId = parameters.ShortFileId.GetValueOrDefault(),
            Area = (ImageAreas)Field(node.Children, Area).Span[0],
            Fill = Field(node.Children, Fill).Span[0],
            Access = CompactAccess.DecodeEf(rules),
        };
    }

    static PasswordSlot ReadSlot(TlvNode node)
    {
        var coding = Field(node.Children, Coding).Span;
        return new(Field(node.Children, Reference).Span[0], Decode(Field(node.Children, Rules).Span))
        {
            Name = Encoding.UTF8.GetString(Field(node.Children, Name).Span),
            Coding = new(coding[0], coding[1]),
            ResettingCode = node.Find(ResettingRules) is { } rules ? Decode(rules.Value.Span) : null,
        };
    }

    static byte[] Code(PasswordRules rules) =>
        [(byte)rules.MinLength, (byte)rules.MaxLength, (byte)rules.GeneratedLength, (byte)(rules.RefuseTrivial ? 1 : 0)];

    static PasswordRules Decode(ReadOnlySpan<byte> value) =>
        new(value[0], value[1]) { GeneratedLength = value[2], RefuseTrivial = value[3] != 0 };

    static ReadOnlyMemory<byte> Field(IReadOnlyList<TlvNode> nodes, BerTag tag) => nodes.FirstOrDefault(n => n.Tag == tag)?.Value
        ?? throw new CardDataException("virtual card image", 0, $"data object {tag} is missing");
}
