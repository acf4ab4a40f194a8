using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>chip:</c>.</summary>
sealed class ChipReader(Templates templates, FaultList faults)
{
    const int MinAid = 5;
    const int MaxAid = 16;
    const int LongestOfEmv = 1984;

    static readonly Dictionary<string, int> Exponents = new(StringComparer.Ordinal) { ["3"] = 3, ["65537"] = 65537 };

    static readonly Dictionary<string, CardState> States = new(StringComparer.Ordinal)
    {
        ["initialized"] = CardState.Initialized,
        ["secured"] = CardState.Secured,
    };

    public Chip Read(Node node)
    {
        var section = new Section(node, "'chip'", faults, "channel", "applications", "finalState");
        var channel = section.Required("channel") is { } channelNode ? new ChannelReader(faults).Read(channelNode) : null;
        var applications = new List<CardApplication>();
        foreach (var item in section.List("applications"))
        {
            var application = Application(item, channel);
            if (application.Aid.Length > 0 && applications.Exists(a => a.Aid.Span.SequenceEqual(application.Aid.Span)))
            {
                faults.Add(item, $"a second application with the AID {Convert.ToHexString(application.Aid.Span)}",
                    "give each application an AID of its own");
            }

            applications.Add(application);
        }

        CardState? state = section.Optional("finalState") is null ? null : section.Choice("finalState", States);
        return new(channel!, applications, state);
    }

    CardApplication Application(Node node, ChipChannel? channel)
    {
        var section = new Section(
            node, "an item of 'applications'", faults, "name", "aid", "install", "cardKey", "pinKey", "personalizationKey", "data");
        var name = Scalars.KebabName(section.Required("name"), "'name'", faults);
        var aid = section.Hex("aid", MinAid, MaxAid);
        if (channel is not null && aid.Length > 0 && aid.AsSpan().SequenceEqual(channel.SecurityDomain.Span))
            faults.Add(section.At("aid"), "'aid' is the AID of the security domain", "write the AID of the application instance");
        var install = section.Optional("install") is { } installNode ? Install(installNode) : null;

        var keyPair = section.Optional("cardKey") is { } keyNode ? KeyPair(keyNode) : null;
        var pinKeyPair = section.Optional("pinKey") is { } pinNode ? PinKeyPair(pinNode) : null;

        // A missing list has been noted; a placeholder of SCP02 keeps block lengths from being noted twice.
        var data = new DataReader(templates, faults, channel?.Protocol ?? ChannelProtocol.Scp02, keyPair, pinKeyPair).Read(section.List("data"));
        return new(name, aid, install, data, keyPair) { PinKeyPair = pinKeyPair, PersonalizationKey = PersonalizationKey(section, data) };
    }

    // Equal values under one key of many cards look equal: a PIN block without random digits would tell who has the same PIN.
    string? PersonalizationKey(Section section, IReadOnlyList<DataGrouping> data)
    {
        if (section.Optional("personalizationKey") is not { } node)
            return null;
        if (data.OfType<SecretGrouping>().SelectMany(grouping => grouping.Parts).OfType<PinBlockPart>().Any(part => part.To == PinFormat.Iso2))
            faults.Add(node, "a PIN block of format 2 under a key of many cards would tell which cards have the same PIN", "write 'to: iso-1' in its pinBlock");
        return Scalars.KeyLabel(node, "'personalizationKey'", faults);
    }

    CardKeyPair KeyPair(Node node)
    {
        const int Longest = 4096;
        var section = new Section(node, "'cardKey'", faults, "bits", "exponent", "issuerKey", "pan", "expiry", "dataAuthenticationCode");
        // Without an issuer's key nobody certifies, and what is for the certificate is of no use.
        string[] forCertificate = ["issuerKey", "pan", "expiry", "dataAuthenticationCode"];
        var isCertified = forCertificate.Any(key => section.Optional(key) is not null);
        var (bits, exponent) = Size(section, isCertified ? LongestOfEmv : Longest);
        templates.AddPrepared(CardKeyPair.OwnNames);
        if (!isCertified)
            return new(bits, exponent, Certification: null);
        var certification = Certification(section);
        var code = section.Hex("dataAuthenticationCode", 2, 2);
        templates.AddPrepared(CardKeyPair.CertificateNames);
        return new(bits, exponent, certification with { DataAuthenticationCode = code is [var high, var low] ? (ushort)(high << 8 | low) : null });
    }

    CardKeyPair PinKeyPair(Node node)
    {
        var section = new Section(node, "'pinKey'", faults, "bits", "exponent", "issuerKey", "pan", "expiry");
        var (bits, exponent) = Size(section, LongestOfEmv);
        var pair = new CardKeyPair(bits, exponent, Certification(section));
        templates.AddPrepared(CardKeyPair.PinNames);
        return pair;
    }

    (int Bits, int Exponent) Size(Section section, int longest)
    {
        var bits = section.Integer("bits", 512, longest);
        if (bits % 16 != 0)
            faults.Add(section.At("bits"), $"'bits' is {bits}", "write a multiple of 16, such as 1152");
        return (bits, section.Choice("exponent", Exponents, 3));
    }

    CardKeyCertification Certification(Section section)
    {
        var label = Scalars.KeyLabel(section.Required("issuerKey"), "'issuerKey'", faults);
        var pan = templates.Read(section.Required("pan"), "'pan'", Use.Machine);
        var expiry = templates.Read(section.Required("expiry"), "'expiry'", Use.Machine);
        templates.AddPrepared(CardKeyPair.IssuerNames);
        return new(label, pan, expiry, DataAuthenticationCode: null);
    }

    ApplicationInstall Install(Node node)
    {
        var section = new Section(node, "'install'", faults, "package", "module", "privileges", "parameters");
        var parameters = section.Hex("parameters", 2, 255);
        if (parameters.Length > 0 && !IsOneDataObject(parameters, 0xC9))
        {
            faults.Add(section.At("parameters"), "'parameters' is not one data object with tag C9",
                "write C900 when the application takes no parameters");
        }

        return new(section.Hex("package", MinAid, MaxAid), section.Hex("module", MinAid, MaxAid), Privileges(section), parameters);
    }

    static bool IsOneDataObject(ReadOnlySpan<byte> encoded, BerTag tag)
    {
        var reader = new TlvReader(encoded);
        return reader.TryRead(out var element) && element.Tag == tag && element.Encoded.Length == encoded.Length;
    }

    byte[] Privileges(Section section)
    {
        var privileges = section.Hex("privileges", 1, 3);
        if (privileges.Length == 2)
            faults.Add(section.At("privileges"), "'privileges' has 2 bytes", "write 1 byte or 3 (GlobalPlatform 2.3.1 table 11-7)");
        return privileges;
    }
}
