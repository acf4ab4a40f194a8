using System.Globalization;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>chip:</c>.</summary>
sealed class ChipReader(Templates templates, FaultList faults)
{
    const int MinAid = 5;
    const int MaxAid = 16;

    static readonly Dictionary<string, CardState> States = new(StringComparer.Ordinal)
    {
        ["initialized"] = CardState.Initialized, ["secured"] = CardState.Secured,
    };

    public Chip Read(Node node)
    {
        var section = new Section(node, "'chip'", faults, "channel", "applications", "finalState");
        var channel = section.Required("channel") is { } channelNode ? new ChannelReader(faults).Read(channelNode) : null;
        var applications = new List<CardApplication>();
        foreach (var item in section.List("applications"))
        {
            var application = Application(item, channel);
            if (applications.Exists(a => a.Aid.Span.SequenceEqual(application.Aid.Span)))
                faults.Add(item, $"a second application with the AID {Convert.ToHexString(application.Aid.Span)}", "give each application an AID of its own");
            applications.Add(application);
        }

        CardState? state = section.Optional("finalState") is null ? null : section.Choice("finalState", States);
        return new(channel!, applications, state);
    }

    CardApplication Application(Node node, ChipChannel? channel)
    {
        var section = new Section(node, "an item of 'applications'", faults, "name", "aid", "install", "data");
        var name = Scalars.KebabName(section.Required("name"), "'name'", faults);
        var aid = section.Hex("aid", MinAid, MaxAid);
        if (channel is not null && aid.AsSpan().SequenceEqual(channel.SecurityDomain.Span))
            faults.Add(section.At("aid"), "'aid' is the AID of the security domain", "write the AID of the application instance");
        var install = section.Optional("install") is { } installNode ? Install(installNode) : null;

        // A missing list has been noted; a placeholder of SCP02 keeps block lengths from being noted twice.
        var data = new DataReader(templates, faults, channel?.Protocol ?? ChannelProtocol.Scp02).Read(section.List("data"));
        return new(name, aid, install, data);
    }

    InstallParameters Install(Node node)
    {
        var section = new Section(node, "'install'", faults, "package", "module", "privileges", "parameters");
        var parameters = section.Hex("parameters", 2, 255);
        if (section.Optional("parameters") is { } at && (parameters[0] != 0xC9 || parameters.Length < 2 + parameters[1]))
            faults.Add(at, "'parameters' does not begin with a whole data object C9", "write C900 when the application takes no parameters");
        return new(section.Hex("package", MinAid, MaxAid), section.Hex("module", MinAid, MaxAid), Privileges(section), parameters);
    }

    byte[] Privileges(Section section)
    {
        var privileges = section.Hex("privileges", 1, 3);
        if (privileges.Length == 2)
            faults.Add(section.At("privileges"), "'privileges' has 2 bytes", "write 1 byte or 3 (GlobalPlatform 2.3.1 table 11-7)");
        return privileges;
    }
}

/// <summary>Reads <c>channel:</c>.</summary>
sealed class ChannelReader(FaultList faults)
{
    // Bits of the parameter i: GlobalPlatform 2.3.1 table E-1 for SCP02, Amendment D 1.1.1 table 5-1 for SCP03.
    const byte ThreeKeysAndExplicitInitiation = 0x05;
    const byte Scp02RMacSupport = 0x20;
    const byte Scp03RMacSupport = 0x20;
    const byte Scp03REncryptionSupport = 0x40;

    static readonly Dictionary<string, ChannelProtocol> Protocols = new(StringComparer.Ordinal)
    {
        ["SCP02"] = ChannelProtocol.Scp02, ["SCP03"] = ChannelProtocol.Scp03,
    };

    static readonly Dictionary<string, ChannelLevel> LevelParts = new(StringComparer.Ordinal)
    {
        ["C-MAC"] = ChannelLevel.CMac, ["C-DECRYPTION"] = ChannelLevel.CDecryption,
        ["R-MAC"] = ChannelLevel.RMac, ["R-ENCRYPTION"] = ChannelLevel.REncryption,
    };

    public ChipChannel Read(Node node)
    {
        var section = new Section(node, "'channel'", faults, "protocol", "i", "level", "securityDomain", "keyVersion", "masterKey", "diversification");
        var protocol = section.Choice("protocol", Protocols);
        var channel = new ChipChannel(
            protocol,
            protocol == ChannelProtocol.Scp03 && section.Optional("i") is null ? null : section.Hex("i", 1, 1)[0],
            Level(section),
            section.Hex("securityDomain", 5, 16),
            section.Hex("keyVersion", 1, 1)[0],
            Scalars.KeyLabel(section.Required("masterKey"), "'masterKey'", faults),
            section.Text("diversification"));
        if (protocol == default)
            return channel;
        CheckImplementation(section, channel);
        CheckDiversification(section, channel);
        CheckKeyVersion(section, channel);
        return channel;
    }

    ChannelLevel Level(Section section)
    {
        if (section.Required("level") is not { } node || Scalars.Text(node, "'level'", faults) is not { Text: var text })
            return default;
        var level = ChannelLevel.None;
        foreach (var part in text.Split('+', StringSplitOptions.TrimEntries))
        {
            if (LevelParts.TryGetValue(part, out var bit))
                level |= bit;
            else
                faults.Add(node, $"'level' has the part '{part}'", Nearest.Advice(part, LevelParts.Keys, "join some of these with '+':"));
        }

        if (text.Split('+').All(p => LevelParts.ContainsKey(p.Trim())))
            CheckLevel(node, text, level);
        return level;
    }

    void CheckLevel(Node node, string text, ChannelLevel level)
    {
        if (!level.HasFlag(ChannelLevel.CDecryption))
            faults.Add(node, $"'level' is {text}: cardholder data would cross the broker in clear", "write C-MAC+C-DECRYPTION, with or without more");
        else if (!level.HasFlag(ChannelLevel.CMac))
            faults.Add(node, $"'level' is {text}, but C-DECRYPTION needs C-MAC", "write C-MAC+C-DECRYPTION");
        else if (level.HasFlag(ChannelLevel.REncryption) && !level.HasFlag(ChannelLevel.RMac))
            faults.Add(node, $"'level' is {text}, but R-ENCRYPTION needs R-MAC", "write C-MAC+C-DECRYPTION+R-MAC+R-ENCRYPTION");
    }

    void CheckImplementation(Section section, ChipChannel channel)
    {
        if (section.Optional("level") is { } level && channel is { Protocol: ChannelProtocol.Scp02 } && channel.Level.HasFlag(ChannelLevel.REncryption))
            faults.Add(level, "'level' has R-ENCRYPTION, which SCP02 does not know", "remove it, or use SCP03");
        if (channel.Implementation is not { } i || section.Optional("i") is not { } at)
            return;
        if (channel.Protocol == ChannelProtocol.Scp02 && (i & ThreeKeysAndExplicitInitiation) != ThreeKeysAndExplicitInitiation)
            faults.Add(at, $"'i' is {i:X2}: not three keys and explicit initiation", "write what the card has, such as 15 or 55; other cards are not supported");
        if (channel.Level.HasFlag(ChannelLevel.RMac) && (i & (channel.Protocol == ChannelProtocol.Scp02 ? Scp02RMacSupport : Scp03RMacSupport)) == 0)
            faults.Add(at, $"'i' is {i:X2}: the card has no R-MAC, but 'level' asks for it", "remove R-MAC from 'level', or correct 'i'");
        else if (channel.Protocol == ChannelProtocol.Scp03 && channel.Level.HasFlag(ChannelLevel.REncryption) && (i & Scp03REncryptionSupport) == 0)
            faults.Add(at, $"'i' is {i:X2}: the card has no R-ENCRYPTION, but 'level' asks for it", "remove R-ENCRYPTION from 'level', or correct 'i'");
    }

    void CheckDiversification(Section section, ChipChannel channel)
    {
        string[] choices = channel.Protocol == ChannelProtocol.Scp02 ? ["emv-cps", "visa2", "visa", "none"] : ["kdf3", "none"];
        if (section.Optional("diversification") is ScalarNode { IsEmpty: false } node && !choices.Contains(channel.Diversification, StringComparer.Ordinal))
        {
            faults.Add(node, $"'diversification' is '{channel.Diversification}'",
                $"with {(channel.Protocol == ChannelProtocol.Scp02 ? "SCP02 and its 3DES" : "SCP03 and its AES")} keys choose from {string.Join(", ", choices)}");
        }
    }

    void CheckKeyVersion(Section section, ChipChannel channel)
    {
        var first = channel.Protocol == ChannelProtocol.Scp02 ? 0x20 : 0x30;
        var version = channel.KeyVersion;
        if (section.Optional("keyVersion") is { } node && version is not (0x00 or 0xFF) && (version < first || version > first + 0x0F))
        {
            faults.Warn(node, string.Create(CultureInfo.InvariantCulture, $"'keyVersion' is {version:X2}; {channel.Protocol.ToString().ToUpperInvariant()} keys usually have {first:X2} to {first + 0x0F:X2}, new cards FF"),
                "check the card's documentation (00 takes the card's first)");
        }
    }
}
