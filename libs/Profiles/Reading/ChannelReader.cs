namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>channel:</c>.</summary>
sealed class ChannelReader(FaultList faults)
{
    // Bits of the parameter i: GlobalPlatform 2.3.1 table E-1 for SCP02, Amendment D 1.1.1 table 5-1 for SCP03.
    const byte ThreeKeysAndExplicitInitiation = 0x05;
    const byte RMacSupport = 0x20;
    const byte Scp03REncryptionSupport = 0x40;

    static readonly Dictionary<string, ChannelProtocol> Protocols = new(StringComparer.Ordinal)
    {
        ["SCP02"] = ChannelProtocol.Scp02,
        ["SCP03"] = ChannelProtocol.Scp03,
    };

    static readonly Dictionary<string, ChannelLevel> LevelParts = new(StringComparer.Ordinal)
    {
        ["C-MAC"] = ChannelLevel.CMac,
        ["C-DECRYPTION"] = ChannelLevel.CDecryption,
        ["R-MAC"] = ChannelLevel.RMac,
        ["R-ENCRYPTION"] = ChannelLevel.REncryption,
    };

    // The names of GlobalPlatform's CardQuirks; this library does not know that one, and a test holds them together.
    static readonly string[] KnownQuirks = ["counter-only-with-data", "initial-keys-not-listed", "no-key-information", "one-key-set"];

    public ChipChannel Read(Node node)
    {
        var section = new Section(node, "'channel'", faults, "protocol", "i", "level", "securityDomain", "keyVersion", "masterKey",
            "diversification", "quirks");
        var protocol = section.Choice("protocol", Protocols);
        byte? implementation = protocol == ChannelProtocol.Scp03 && section.Optional("i") is null ? null : Byte(section, "i");
        var keyVersion = Byte(section, "keyVersion");
        var channel = new ChipChannel(
            protocol,
            implementation,
            Level(section, protocol),
            section.Hex("securityDomain", 5, 16),
            keyVersion ?? 0,
            Scalars.KeyLabel(section.Required("masterKey"), "'masterKey'", faults),
            section.Text("diversification"),
            Quirks(section));
        if (implementation is { } i)
            CheckImplementation(section.At("i"), i, channel);
        if (protocol != default)
            CheckDiversification(section, channel);
        if (protocol != default && keyVersion is not null)
            CheckKeyVersion(section.At("keyVersion"), channel);
        return channel;
    }

    List<string> Quirks(Section section)
    {
        List<string> quirks = [];
        foreach (var item in section.OptionalList("quirks"))
        {
            if (Scalars.Text(item, "a quirk", faults) is not { Text: var name })
                continue;
            if (!KnownQuirks.Contains(name, StringComparer.Ordinal))
                faults.Add(item, $"there is no quirk '{name}'", $"choose from {string.Join(", ", KnownQuirks)}");
            quirks.Add(name);
        }

        return quirks;
    }

    static byte? Byte(Section section, string key) => section.Hex(key, 1, 1) is [var value] ? value : null;

    ChannelLevel Level(Section section, ChannelProtocol protocol)
    {
        if (section.Required("level") is not { } node || Scalars.Text(node, "'level'", faults) is not { Text: var text })
            return default;
        var level = ChannelLevel.None;
        foreach (var part in text.Split('+', StringSplitOptions.TrimEntries))
        {
            if (!LevelParts.TryGetValue(part, out var bit))
            {
                faults.Add(node, $"'level' has the part '{part}'", $"join some of these with '+': {string.Join(", ", LevelParts.Keys)}");
                return default;
            }

            level |= bit;
        }

        if (!level.HasFlag(ChannelLevel.CDecryption))
        {
            faults.Add(node, $"'level' is {text}: cardholder data would cross the broker in clear",
                "write C-MAC+C-DECRYPTION, with or without more");
        }
        else if (!level.HasFlag(ChannelLevel.CMac))
        {
            faults.Add(node, $"'level' is {text}: C-DECRYPTION needs C-MAC", "write C-MAC+C-DECRYPTION, with or without more");
        }

        if (level.HasFlag(ChannelLevel.REncryption) && protocol == ChannelProtocol.Scp02)
            faults.Add(node, $"'level' is {text}: SCP02 has no R-ENCRYPTION", "remove it, or use SCP03");
        else if (level.HasFlag(ChannelLevel.REncryption) && !level.HasFlag(ChannelLevel.RMac))
            faults.Add(node, $"'level' is {text}: R-ENCRYPTION needs R-MAC", "write C-MAC+C-DECRYPTION+R-MAC+R-ENCRYPTION");
        return level;
    }

    void CheckImplementation(Node at, byte i, ChipChannel channel)
    {
        var isScp03 = channel.Protocol == ChannelProtocol.Scp03;
        if (channel.Protocol == ChannelProtocol.Scp02 && (i & ThreeKeysAndExplicitInitiation) != ThreeKeysAndExplicitInitiation)
        {
            faults.Add(at, $"'i' is {i:X2}: not three keys and explicit initiation",
                "write what the card has, such as 15 or 55; other cards are not supported");
        }

        if (channel.Level.HasFlag(ChannelLevel.RMac) && (i & RMacSupport) == 0)
            faults.Add(at, $"'i' is {i:X2}: the card has no R-MAC, but 'level' asks for it", "remove R-MAC from 'level', or correct 'i'");
        else if (isScp03 && channel.Level.HasFlag(ChannelLevel.REncryption) && (i & Scp03REncryptionSupport) == 0)
        {
            faults.Add(at, $"'i' is {i:X2}: the card has no R-ENCRYPTION, but 'level' asks for it",
                "remove R-ENCRYPTION from 'level', or correct 'i'");
        }
    }

    void CheckDiversification(Section section, ChipChannel channel)
    {
        string[] choices = channel.Protocol == ChannelProtocol.Scp02 ? ["emv-cps", "visa2", "visa", "none"] : ["kdf3", "none"];
        if (section.Optional("diversification") is ScalarNode { IsEmpty: false } node
            && !choices.Contains(channel.Diversification, StringComparer.Ordinal))
        {
            var keys = channel.Protocol == ChannelProtocol.Scp02 ? "SCP02 and its 3DES keys" : "SCP03 and its AES keys";
            faults.Add(node, $"'diversification' is '{channel.Diversification}'", $"with {keys} choose from {string.Join(", ", choices)}");
        }
    }

    void CheckKeyVersion(Node at, ChipChannel channel)
    {
        var first = channel.Protocol == ChannelProtocol.Scp02 ? 0x20 : 0x30;
        var version = channel.KeyVersion;
        if (version is not (0x00 or 0xFF) && (version < first || version > first + 0x0F))
        {
            var name = channel.Protocol.ToString().ToUpperInvariant();
            faults.Warn(at, $"'keyVersion' is {version:X2}; {name} keys usually have {first:X2} to {first + 0x0F:X2}, new cards FF",
                "check the card's documentation (00 takes the card's first)");
        }
    }
}
