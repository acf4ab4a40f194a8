namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>data:</c>, the data groupings of one application.</summary>
sealed class DataReader(Templates templates, FaultList faults, ChannelProtocol protocol, CardKeyPair? keyPair, CardKeyPair? pinKeyPair)
{
    static readonly string[] Forms = ["hex", "text", "tlv", "secret", "checkValuesOf"];

    // Null when the grouping has a fault of its own, about which nothing more is to be said.
    readonly Dictionary<DgiId, DataGrouping?> _read = [];

    public IReadOnlyList<DataGrouping> Read(IReadOnlyList<Node> items)
    {
        var groupings = new List<DataGrouping>();
        foreach (var item in items)
        {
            if (Grouping(item) is { } grouping)
                groupings.Add(grouping);
        }

        return groupings;
    }

    DataGrouping? Grouping(Node node)
    {
        var faultsBefore = faults.Count;
        var section = new Section(node, "an item of 'data'", faults, ["dgi", .. Forms, "pad", "charset", "length"]);
        if (section.Required("dgi") is not { } at || Scalars.Text(at, "'dgi'", faults) is not { Text: var text })
            return null;
        if (!DgiId.TryParse(text, out var dgi))
        {
            faults.Add(at, $"'dgi' is '{text}'", "write 4 hex digits");
            return null;
        }

        if (_read.ContainsKey(dgi))
            faults.Add(at, $"a second DGI {dgi} in this application", "put its data into the first");
        if (dgi.IsRecord && (byte)dgi.Value is 0x00 or 0xFF)
            faults.Add(at, $"DGI {dgi} is a record with the number {(byte)dgi.Value:X2}", "number records from 01 to FE");
        DataGrouping? grouping = Form(section, node) switch
        {
            null => null,
            "secret" => Secret(section, dgi, at),
            "checkValuesOf" => CheckValues(section, dgi, at),
            _ => Clear(section, dgi, at),
        };
        _read.TryAdd(dgi, faults.Count == faultsBefore ? grouping : null);
        return grouping;
    }

    string? Form(Section section, Node node)
    {
        var forms = Forms.Where(f => section.Optional(f) is not null).ToList();
        if (forms.Count == 1)
            return forms[0];
        if (forms.Count > 1)
            faults.Add(section.At(forms[1]), $"the DGI has both '{forms[0]}' and '{forms[1]}'", "keep one of them");
        else if (node is MappingNode)
            faults.Add(node, "the DGI has no value", $"give it one of {string.Join(", ", Forms)}");
        return null;
    }

    ClearGrouping? Clear(Section section, DgiId dgi, Node at)
    {
        if (dgi.MustBeSecret)
            faults.Add(at, $"DGI {dgi} holds a secret, which cannot stand in the profile or a record", "describe it under 'secret'");
        if (new ValueReader(templates, faults).Read(section, $"DGI {dgi}") is not { } value)
            return null;
        if (dgi.IsEmvRecord && value is not TlvTemplate { Objects: [{ Tag.Value: 0x70 }] })
        {
            faults.Add(at, $"DGI {dgi} is a record of SFI {dgi.Value >> 8}, but not one template with tag 70",
                "write 'tlv: { \"70\": { tag: value } }'");
        }

        return new(dgi, value);
    }

    SecretGrouping Secret(Section section, DgiId dgi, Node at)
    {
        RefuseValueOptions(section);
        if (!dgi.MayBeSecret)
            faults.Add(at, $"DGI {dgi} cannot be secret", "secret DGIs begin with 80 to 8F or A0 to FF");
        var faultsBefore = faults.Count;
        var grouping = new SecretGrouping(dgi, new SecretReader(templates, faults, keyPair, pinKeyPair).Read(section.List("secret"), $"DGI {dgi}"));
        var block = protocol == ChannelProtocol.Scp03 ? 16 : 8;
        if (faults.Count == faultsBefore && grouping.Length % block is > 0 and var rest)
        {
            var cipher = protocol.ToString().ToUpperInvariant();
            faults.Add(at, $"DGI {dgi} has {grouping.Length} secret bytes, but {cipher} encrypts whole blocks of {block}",
                $"add 'random: {{ length: {block - rest} }}' if the application takes it");
        }

        return grouping;
    }

    CheckValuesGrouping? CheckValues(Section section, DgiId dgi, Node at)
    {
        RefuseValueOptions(section);
        if (dgi.MustBeSecret)
            faults.Add(at, $"DGI {dgi} would be sent encrypted, but check values are not secret", "choose a DGI that begins with 90 to 9F");
        var node = section.At("checkValuesOf");
        if (Scalars.Text(node, "'checkValuesOf'", faults) is not { Text: var text })
            return null;
        if (!DgiId.TryParse(text, out var of) || !_read.TryGetValue(of, out var keys))
        {
            faults.Add(node, $"'checkValuesOf' is '{text}', which is no DGI above this one",
                "name the DGI with the keys, and put it first");
            return null;
        }

        if (keys is not null && !(keys is SecretGrouping secret && secret.Parts.Any(p => p.IsKey)))
            faults.Add(node, $"DGI {of} has no keys", "name a DGI with emvMasterKey or aesKey parts");
        return new(dgi, of);
    }

    void RefuseValueOptions(Section section)
    {
        foreach (var option in new[] { "pad", "charset", "length" })
        {
            if (section.Optional(option) is { } node)
                faults.Add(node, $"'{option}' has no meaning here", "remove it");
        }
    }
}
