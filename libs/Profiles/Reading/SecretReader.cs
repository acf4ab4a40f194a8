using PersoMesh.Conversions;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>secret:</c>, the parts of a secret data grouping.</summary>
sealed class SecretReader(Templates templates, FaultList faults, CardKeyPair? keyPair = null, CardKeyPair? pinKeyPair = null)
{
    static readonly string[] Kinds = ["emvMasterKey", "pinBlock", "aesKey", "cardKey", "pinKey", "random", "wrapped"];

    /// <summary>Formats in which an issuer's PIN block may come.</summary>
    public static readonly IReadOnlyDictionary<string, PinFormat> IssuerFormats = new Dictionary<string, PinFormat>(StringComparer.Ordinal)
    {
        ["iso-0"] = PinFormat.Iso0,
        ["iso-1"] = PinFormat.Iso1,
        ["iso-2"] = PinFormat.Iso2,
        ["iso-3"] = PinFormat.Iso3,
        ["iso-4"] = PinFormat.Iso4,
    };

    static readonly Dictionary<string, PinFormat> CardFormats = new(StringComparer.Ordinal)
    {
        ["iso-1"] = PinFormat.Iso1,
        ["iso-2"] = PinFormat.Iso2,
    };

    static readonly Dictionary<string, CardKeyComponent> Components = new(StringComparer.Ordinal)
    {
        ["q-inverse"] = CardKeyComponent.InverseQ,
        ["dq"] = CardKeyComponent.DQ,
        ["dp"] = CardKeyComponent.DP,
        ["q"] = CardKeyComponent.Q,
        ["p"] = CardKeyComponent.P,
    };

    public IReadOnlyList<SecretPart> Read(IReadOnlyList<Node> items, string where)
    {
        var parts = new List<SecretPart>();
        for (var i = 0; i < items.Count; i++)
        {
            if (Part(items[i], $"{where}, part {i + 1}") is { } part)
                parts.Add(part);
        }

        return parts;
    }

    SecretPart? Part(Node node, string where)
    {
        if (node is not MappingNode { Entries: [var (kind, value)] })
        {
            faults.Add(node, $"{where} is not one kind of secret with its keys",
                $"write 'kind: {{ key: value }}' with one of {string.Join(", ", Kinds)}");
            return null;
        }

        switch (kind.Text)
        {
            case "emvMasterKey":
                var emv = new Section(value, "'emvMasterKey'", faults, "master", "pan", "sequence");
                return new EmvMasterKeyPart(where, Label(emv, "master"), Template(emv, "pan"), Sequence(emv));
            case "pinBlock":
                return PinBlock(new(value, "'pinBlock'", faults, "block", "key", "pan", "from", "to"), where);
            case "aesKey":
                var aes = new Section(value, "'aesKey'", faults, "master", "diversifier");
                return new AesKeyPart(where, Label(aes, "master"),
                    templates.ReadHex(aes.Required("diversifier"), "'diversifier'", Use.Machine));
            case "cardKey":
                return CardKey(new(value, "'cardKey'", faults, "component"), where, keyPair, CardKeyUse.Authentication);
            case "pinKey":
                return CardKey(new(value, "'pinKey'", faults, "component"), where, pinKeyPair, CardKeyUse.PinEncipherment);
            case "random":
                return new RandomPart(where, new Section(value, "'random'", faults, "length").Integer("length", 1, 240));
            case "wrapped":
                var wrapped = new Section(value, "'wrapped'", faults, "value", "key", "length");
                return new WrappedPart(where, templates.ReadHex(wrapped.Required("value"), "'value'", Use.Machine), Label(wrapped, "key"),
                    Wrapped(wrapped));
            default:
                faults.Add(kind, $"unknown kind of secret '{kind.Text}'", Nearest.Advice(kind.Text, Kinds, "choose from"));
                return null;
        }
    }

    CardKeyPart CardKey(Section section, string where, CardKeyPair? pair, CardKeyUse use)
    {
        var component = section.Choice("component", Components);
        if (pair is null)
        {
            faults.Add(section.At("component"), use == CardKeyUse.Authentication
                ? "the application has no key pair" : "the application has no key pair for PIN encipherment",
                $"describe it under '{(use == CardKeyUse.Authentication ? "cardKey" : "pinKey")}' beside 'data'");
        }

        return new(where, component, (pair?.Bits ?? 0) / 16, use);
    }

    PinBlockPart PinBlock(Section section, string where)
    {
        var from = section.Choice("from", IssuerFormats);
        var needsPan = from is PinFormat.Iso0 or PinFormat.Iso3 or PinFormat.Iso4;
        if (!needsPan && section.Optional("pan") is { } needless)
            faults.Add(needless, $"'pan' is of no use to a PIN block of format {(int)from}", "remove it");
        return new(where, templates.ReadHex(section.Required("block"), "'block'", Use.PinBlock), Label(section, "key"),
            needsPan ? Template(section, "pan") : null, from, section.Choice("to", CardFormats));
    }

    int Wrapped(Section section)
    {
        var length = section.Integer("length", 16, 4096);
        if (length % 8 != 0)
            faults.Add(section.At("length"), $"'length' is {length}", "write a multiple of 8: AES key wrap works on half blocks (RFC 3394)");
        return length;
    }

    Template Sequence(Section section)
    {
        var template = Template(section, "sequence");
        if (template is { IsConstant: true, Text: { Length: > 0 } text } && !(text.Length == 2 && text.All(char.IsAsciiDigit)))
            faults.Add(section.At("sequence"), $"'sequence' is '{text}'", "write two digits, such as 01, or a template that gives them");
        return template;
    }

    Template Template(Section section, string key) => templates.Read(section.Required(key), $"'{key}'", Use.Machine);

    string Label(Section section, string key) => Scalars.KeyLabel(section.Required(key), $"'{key}'", faults);
}
