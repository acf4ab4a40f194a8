using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Pkcs15;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>pkcs15:</c>, the cryptographic information application of a file-system card.</summary>
sealed class Pkcs15Reader(
    Templates templates, FaultList faults, IReadOnlyList<(PasswordSlot Slot, Node At)> passwords, FileTreeReader files)
{
    const int MaxObjectSize = 0x7FFF;

    static readonly FilePath Application = FilePath.MasterFile.Child(Pkcs15Application.ApplicationFileId);

    static readonly string[] CommonKeys = ["file", "size", "label", "content"];

    static readonly Dictionary<string, string[]> Kinds = new(StringComparer.Ordinal)
    {
        ["privateKey"] = ["file", "size", "label", "id", "bits", "usage", "password", "reference", "secret"],
        ["publicKey"] = [.. CommonKeys, "id", "bits", "usage"],
        ["certificate"] = [.. CommonKeys, "id", "authority"],
        ["data"] = [.. CommonKeys, "application", "password"],
    };

    static readonly Dictionary<string, KeyUsages> Usages = Enum.GetValues<KeyUsages>().Where(usage => usage != KeyUsages.None)
        .ToDictionary(usage => char.ToLowerInvariant(usage.ToString()[0]) + usage.ToString()[1..], StringComparer.Ordinal);

    public Pkcs15Application Read(Node node, byte resettingCodeOffset)
    {
        var section = new Section(node, "'pkcs15'", faults, "label", "manufacturer", "objects");
        var (label, manufacturer) = (Constant(section, "label"), Constant(section, "manufacturer"));
        var objects = section.List("objects").Select(Object).OfType<Pkcs15Object>().ToList();
        return new(label, manufacturer, [.. passwords.Select(p => p.Slot)], objects, resettingCodeOffset);
    }

    Pkcs15Object? Object(Node node)
    {
        if (node is not MappingNode { Entries: [var (kind, value)] })
        {
            faults.Add(node, "an item of 'objects' is not one kind of object with its keys",
                $"write 'kind: {{ key: value }}' with one of {string.Join(", ", Kinds.Keys)}");
            return null;
        }

        if (!Kinds.TryGetValue(kind.Text, out var keys))
        {
            faults.Add(kind, $"unknown kind of object '{kind.Text}'", Nearest.Advice(kind.Text, Kinds.Keys, "choose from"));
            return null;
        }

        var section = new Section(value, $"'{kind.Text}'", faults, keys);
        if (section.Hex("file", 2, 2) is not [var high, var low])
            return null;
        var (fileId, size, label) = ((ushort)((high << 8) | low), section.Integer("size", 1, MaxObjectSize), Constant(section, "label"));
        if (high == 0x44 || (high == 0x50 && low >> 4 == 3))
            faults.Add(section.At("file"), $"'file' is {fileId:X4}", "choose another: 44xx and 503x are the directories' own");
        files.AddContent(section, Application.Child(fileId), isOfRecords: false, isKeys: kind.Text == "privateKey");
        if (section.Optional(kind.Text == "privateKey" ? "secret" : "content") is null)
            section.Required(kind.Text == "privateKey" ? "secret" : "content");
        return kind.Text switch
        {
            "privateKey" => new Pkcs15PrivateKey(
                section.Hex("id", 1, 16), fileId, size, label, Bits(section), Usage(section), Password(section) ?? 0)
            {
                KeyReference = section.Optional("reference") is null ? null : section.Integer("reference", 0, 255),
            },
            "publicKey" => new Pkcs15PublicKey(section.Hex("id", 1, 16), fileId, size, label, Bits(section), Usage(section)),
            "certificate" => new Pkcs15Certificate(section.Hex("id", 1, 16), fileId, size, label) { IsAuthority = section.Flag("authority") },
            _ => new Pkcs15Data(fileId, size, label, Constant(section, "application"))
            {
                Password = section.Optional("password") is null ? null : Password(section),
            },
        };
    }

    static int Bits(Section section) => section.Integer("bits", 1024, 4096);

    KeyUsages Usage(Section section)
    {
        var usages = KeyUsages.None;
        foreach (var item in section.List("usage"))
        {
            if (Scalars.Text(item, "an item of 'usage'", faults) is not { Text: var text })
                continue;
            if (Usages.TryGetValue(text, out var usage))
                usages |= usage;
            else
                faults.Add(item, $"unknown usage '{text}'", Nearest.Advice(text, Usages.Keys, "choose from"));
        }

        return usages;
    }

    byte? Password(Section section)
    {
        var name = section.Text("password");
        var slot = passwords.Select(p => p.Slot).FirstOrDefault(s => s.Name == name);
        if (slot is null && name.Length > 0)
        {
            faults.Add(section.At("password"), $"there is no password '{name}'",
                Nearest.Advice(name, [.. passwords.Select(p => p.Slot.Name)], "the passwords are"));
        }

        return slot?.Reference;
    }

    // Directory files are the same on all cards, and anybody reads them.
    string Constant(Section section, string key)
    {
        var text = section.Text(key);
        if (text.Length > 0 && templates.Parse(section.At(key), $"'{key}'", text) is { IsConstant: false })
            faults.Add(section.At(key), $"'{key}' is not the same on all cards", "write a fixed text: anybody can read it");
        return text;
    }
}
