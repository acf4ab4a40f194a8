using PersoMesh.SmartCard.FileSystem;
using PersoMesh.VirtualCards;
using PersoMesh.VirtualCards.Layout;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>files:</c>, the tree of a file-system card, and what goes into the files.</summary>
sealed class FileTreeReader(Templates templates, FaultList faults, IReadOnlyList<(PasswordSlot Slot, Node At)> passwords)
{
    const int MaxSize = 0xFFFF;
    const int MaxRecords = 254;

    static readonly string[] ValueForms = ["hex", "text", "tlv"];
    static readonly string[] CommonKeys = ["id", "name", "access"];
    static readonly string[] DfKeys = [.. CommonKeys, "aid", "files"];
    static readonly string[] EfKeys =
        [.. CommonKeys, "structure", "size", "recordLength", "records", "shortId", "area", "fill", "content", "secret"];

    static readonly Dictionary<string, FileStructure> Structures = new(StringComparer.Ordinal)
    {
        ["transparent"] = FileStructure.Transparent,
        ["linear-fixed"] = FileStructure.LinearFixed,
        ["linear-variable"] = FileStructure.LinearVariable,
        ["cyclic"] = FileStructure.Cyclic,
    };

    static readonly Dictionary<string, ImageAreas> Areas = new(StringComparer.Ordinal)
    {
        ["public"] = ImageAreas.Public,
        ["private"] = ImageAreas.Private,
        ["keys"] = ImageAreas.Keys,
        ["identifier"] = ImageAreas.Identifier,
    };

    readonly Dictionary<FilePath, Node> _places = [];
    readonly List<FileContent> _contents = [];

    public IReadOnlyList<FileContent> Contents => _contents;

    public Node? PlaceOf(FilePath path) => _places.GetValueOrDefault(path);

    /// <summary>A DF or an EF; null when it has no identifier to name it by.</summary>
    public CardFile? Read(Node node, FilePath parent)
    {
        var isDf = node is MappingNode mapping && (mapping.TryGet("files", out _) || mapping.TryGet("aid", out _));
        var section = new Section(node, "an item of 'files'", faults, isDf ? DfKeys : EfKeys);
        if (section.Hex("id", 2, 2) is not [var high, var low])
            return null;
        var path = parent.Child((ushort)((high << 8) | low));
        _places.TryAdd(path, section.At("id"));
        var name = section.OptionalText("name") ?? "";
        return isDf ? Df(section, path) with { Name = name } : Ef(section, path) with { Name = name };
    }

    /// <summary>Notes what goes into a file: a value, a list of values for records, or a secret.</summary>
    /// <param name="section">Has the key <c>content</c> or <c>secret</c>, or neither.</param>
    /// <param name="path">The file.</param>
    /// <param name="isOfRecords">True when it consists of records.</param>
    /// <param name="isKeys">True when it lies in the area of keys.</param>
    public void AddContent(Section section, FilePath path, bool isOfRecords, bool isKeys)
    {
        _places.TryAdd(path, section.At("content"));
        var where = $"file {path}";
        if (section.Optional("secret") is { } secretNode)
        {
            if (section.Optional("content") is not null)
                faults.Add(secretNode, $"{where} has both 'content' and 'secret'", "keep one of them");
            if (isOfRecords || !isKeys)
                faults.Add(secretNode, $"{where} cannot have a secret", "secrets go into transparent files of the area 'keys'");
            _contents.Add(new(path, [], new SecretReader(templates, faults, keyPair: null).Read(section.List("secret"), where)));
        }
        else if (section.Optional("content") is SequenceNode { Items: var items } list)
        {
            if (!isOfRecords)
                faults.Add(list, $"{where} is transparent, but its content is a list", "write one value: { hex: … }, { text: … } or { tlv: … }");
            _contents.Add(new(path, [.. items.Select((item, i) => Value(item, $"{where}, record {i + 1}")).OfType<DataTemplate>()], []));
        }
        else if (section.Optional("content") is { } content)
        {
            if (isOfRecords)
                faults.Add(content, $"{where} has records, but its content is no list", "write one value for each record: [ { hex: … }, { text: … } ]");
            _contents.Add(new(path, Value(content, where) is { } value ? [value] : [], []));
        }
    }

    public AccessRequirement Requirement(Section section, string key, AccessRequirement otherwise)
    {
        if (section.Optional(key) is not { } node || Scalars.Text(node, $"'{key}'", faults) is not { Text: var text })
            return otherwise;
        if (text == "always")
            return AccessRequirement.Always;
        if (text == "never")
            return AccessRequirement.Never;
        var slot = passwords.Select(p => p.Slot).FirstOrDefault(s => s.Name == text && s.Reference > 0);
        if (slot is not null)
            return AccessRequirement.AfterPassword(slot.Reference);
        faults.Add(node, $"'{key}' is '{text}'",
            Nearest.Advice(text, ["always", "never", .. passwords.Select(p => p.Slot.Name)], "choose from"));
        return otherwise;
    }

    DedicatedFile Df(Section section, FilePath path)
    {
        var access = new Section(section.Optional("access") ?? Nothing(section), "'access'", faults, "create", "delete");
        return new(path.FileId)
        {
            DfName = section.Optional("aid") is null ? null : section.Hex("aid", 1, 16),
            Access = new(Requirement(access, "create", AccessRequirement.Never), Requirement(access, "delete", AccessRequirement.Never)),
            Files = [.. section.OptionalList("files").Select(item => Read(item, path)).OfType<CardFile>()],
        };
    }

    ElementaryFile Ef(Section section, FilePath path)
    {
        var structure = section.Choice("structure", Structures, FileStructure.Transparent);
        var area = section.Choice("area", Areas, ImageAreas.Public);
        var ef = structure == FileStructure.Transparent ? Transparent(section, path) : OfRecords(section, path, structure);
        ef = ef with
        {
            ShortFileId = (byte)section.Integer("shortId", 1, 30, 0),
            Area = area,
            Access = Access(section, area, structure),
            Fill = section.Optional("fill") is not null && section.Hex("fill", 1, 1) is [var fill] ? fill : (byte)0,
        };
        var hasContent = section.Optional("content") ?? section.Optional("secret");
        if (area == ImageAreas.Identifier && hasContent is not null)
            faults.Add(hasContent, $"file {path} holds the card's identifier and fills itself", "remove its content");
        AddContent(section, path, structure != FileStructure.Transparent, area == ImageAreas.Keys);
        return ef;
    }

    ElementaryFile Transparent(Section section, FilePath path)
    {
        Refuse(section, "a transparent file", "recordLength", "records");
        return ElementaryFile.Transparent(path.FileId, section.Integer("size", 1, MaxSize));
    }

    ElementaryFile OfRecords(Section section, FilePath path, FileStructure structure)
    {
        Refuse(section, "a file of records", "size");
        var (length, count) = (section.Integer("recordLength", 1, 255), section.Integer("records", 1, MaxRecords));
        return structure switch
        {
            FileStructure.LinearVariable => ElementaryFile.LinearVariable(path.FileId, length, count),
            FileStructure.Cyclic => ElementaryFile.Cyclic(path.FileId, length, count),
            _ => ElementaryFile.LinearFixed(path.FileId, length, count),
        };
    }

    EfAccess Access(Section section, ImageAreas area, FileStructure structure)
    {
        var node = section.Optional("access");
        var access = new Section(node ?? Nothing(section), "'access'", faults, "read", "update", "append");
        if (structure == FileStructure.Transparent && access.Optional("append") is { } append)
            faults.Add(append, "'append' has no meaning for a transparent file", "remove it");
        var never = AccessRequirement.Never;
        var read = Requirement(access, "read", area is ImageAreas.Keys or ImageAreas.Private ? never : AccessRequirement.Always);
        if (area == ImageAreas.Keys && !read.IsNever)
            faults.Add(access.At("read"), "a file of the area 'keys' could be read", "write 'read: never', or choose another area");
        if (area == ImageAreas.Private && read.IsAlways)
            faults.Add(access.At("read"), "anybody could read a file of the area 'private'", "name a password, or choose the area 'public'");
        return new(read, Requirement(access, "update", never), Requirement(access, "append", never));
    }

    void Refuse(Section section, string kind, params string[] keys)
    {
        foreach (var key in keys)
        {
            if (section.Optional(key) is { } node)
                faults.Add(node, $"'{key}' does not go with {kind}", "remove it");
        }
    }

    DataTemplate? Value(Node node, string where)
    {
        var section = new Section(node, where, faults, [.. ValueForms, "pad", "charset", "length"]);
        var forms = ValueForms.Count(form => section.Optional(form) is not null);
        if (forms == 1)
            return new ValueReader(templates, faults).Read(section, where);
        if (node is MappingNode)
            faults.Add(node, $"{where} has {(forms == 0 ? "no value" : "more than one value")}", "give it one of hex, text, tlv");
        return null;
    }

    static MappingNode Nothing(Section section) => new([], section.At("id").Line, section.At("id").Column);
}
