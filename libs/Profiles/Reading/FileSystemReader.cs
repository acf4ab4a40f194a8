using PersoMesh.Conversions;
using PersoMesh.VirtualCards.Agents;
using PersoMesh.VirtualCards.Layout;
using PersoMesh.VirtualCards.Pkcs15;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>fileSystem:</c>.</summary>
sealed class FileSystemReader(Templates templates, FaultList faults)
{
    const int MaxAddressLines = 5;
    const int MaxTransportPassword = 16;

    public FileSystemChip? Read(Node node)
    {
        var faultsBefore = faults.Count;
        var section = new Section(node, "'fileSystem'", faults, "agent", "passwords", "files", "pkcs15", "pinMailer");
        var (agent, transportPassword) = Agent(section.Required("agent") ?? new MappingNode([], node.Line, node.Column));
        var passwords = new PasswordsReader(faults).Read(section.List("passwords"));
        var files = new FileTreeReader(templates, faults, passwords);
        var tree = section.OptionalList("files").Select(item => files.Read(item, FilePath.MasterFile)).OfType<CardFile>().ToList();
        Pkcs15Application? pkcs15 = null;
        if (section.Optional("pkcs15") is { } pkcs15Node)
        {
            pkcs15 = new Pkcs15Reader(templates, faults, passwords, files).Read(pkcs15Node, agent.Dialect.ResettingCodeOffset);
            tree.AddRange(pkcs15.Files);
        }

        if (section.Optional("files") is null && pkcs15 is null)
            faults.Add(node, "'fileSystem' has no files", "give it 'files', 'pkcs15' or both");
        var mailer = section.Optional("pinMailer") is { } mailerNode ? PinMailer(mailerNode, passwords) : null;
        CheckTransport(section.At("agent"), agent.Dialect, passwords);
        // What is missing has been noted; the layout's check would note its placeholder once more.
        return faults.Count == faultsBefore && Layout(node, tree, passwords, files) is { } layout
            ? new(agent, transportPassword, layout, files.Contents, pkcs15, mailer)
            : null;
    }

    (CardAgentSettings Agent, byte[] TransportPassword) Agent(Node node)
    {
        var section = new Section(node, "'agent'", faults, "name", "transportPassword", "maxCommandData", "maxResponseData",
            "recordsExistAtCreation", "transportReference", "resettingCodeOffset");
        var usual = new Iso7816Dialect();
        var name = section.Text("name");
        if (name.Length > 0 && !CardAgentSettings.Names.Contains(name, StringComparer.Ordinal))
            faults.Add(section.At("name"), $"'name' is '{name}'", $"choose from {string.Join(", ", CardAgentSettings.Names)}");
        var dialect = usual with
        {
            MaxCommandData = section.Integer("maxCommandData", 1, 255, usual.MaxCommandData),
            MaxResponseData = section.Integer("maxResponseData", 1, 256, usual.MaxResponseData),
            RecordsExistAtCreation = section.Flag("recordsExistAtCreation"),
            TransportReference = (byte)section.Integer("transportReference", 1, 14, usual.TransportReference),
            ResettingCodeOffset = (byte)section.Integer("resettingCodeOffset", 1, 0x70, usual.ResettingCodeOffset),
        };
        return (new(name, dialect), section.Hex("transportPassword", 1, MaxTransportPassword));
    }

    void CheckTransport(Node at, Iso7816Dialect dialect, IReadOnlyList<(PasswordSlot Slot, Node At)> passwords)
    {
        if (passwords.Count > 0 && passwords.All(p => p.Slot.Reference != dialect.TransportReference))
        {
            faults.Add(at, $"no password has reference {dialect.TransportReference}: the transport password would stay in force",
                "give one of the passwords this reference, or correct 'transportReference'");
        }
    }

    PinLetter PinMailer(Node node, IReadOnlyList<(PasswordSlot Slot, Node At)> passwords)
    {
        var section = new Section(node, "'pinMailer'", faults, "password", "resettingCode", "sender", "address", "cardNumber");
        var name = section.Text("password");
        var slot = passwords.Select(p => p.Slot).FirstOrDefault(s => s.Name == name);
        if (slot is null && name.Length > 0)
        {
            faults.Add(section.At("password"), $"there is no password '{name}'",
                Nearest.Advice(name, [.. passwords.Select(p => p.Slot.Name)], "the passwords are"));
        }

        var withCode = section.Flag("resettingCode");
        if (withCode && slot is { ResettingCode: null })
            faults.Add(section.At("resettingCode"), $"password '{name}' has no resetting code", "give it one, or remove 'resettingCode'");
        var lines = section.List("address");
        if (lines.Count > MaxAddressLines)
            faults.Add(lines[MaxAddressLines], $"'address' has {lines.Count} lines", $"write at most {MaxAddressLines}");
        List<Template> address = [.. lines.Select(line => templates.Read(line, "a line of 'address'", Use.Letter))];
        return new(slot?.Reference ?? 0, withCode, section.Text("sender"), address,
            section.Optional("cardNumber") is { } number ? templates.Read(number, "'cardNumber'", Use.Machine) : null);
    }

    CardLayout? Layout(
        Node node, IReadOnlyList<CardFile> tree, IReadOnlyList<(PasswordSlot Slot, Node At)> passwords, FileTreeReader files)
    {
        try
        {
            return new(new(FilePath.MasterFile.FileId) { Files = tree, Name = "MF" }, [.. passwords.Select(p => p.Slot)]);
        }
        catch (CardLayoutException e)
        {
            foreach (var mistake in e.Mistakes)
                faults.Add(PlaceOf(mistake) ?? node, mistake, "correct the file or the password");
            return null;
        }

        // The layout's own check begins with the file's path, or names the password.
        Node? PlaceOf(string mistake) => FilePath.TryParse(mistake.Split(": ")[0], out var path)
            ? files.PlaceOf(path)
            : passwords.FirstOrDefault(p => mistake.Contains($"'{p.Slot.Name}'", StringComparison.Ordinal)).At;
    }
}
