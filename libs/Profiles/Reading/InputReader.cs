namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>input:</c>.</summary>
sealed class InputReader(NameScope names, FaultList faults)
{
    readonly InputFieldsReader _fields = new(names, faults);
    readonly Dictionary<string, Node> _ignored = new(StringComparer.Ordinal);

    /// <summary>To be called when all uses of inputs are known.</summary>
    public void CheckUnused() => names.CheckUnused(_fields.Inputs, _ignored);

    public CardInput Read(Node node)
    {
        var section = new Section(node, "'input'", faults, "identifier", "fields", "sources", "ignore", "formats");
        var fields = _fields.Read(section.Required("fields"), "'input'");
        names.IsKnown = fields.Count > 0;
        var identifier = Identifier(section, fields);
        var formatsNode = section.Required("formats") ?? new MappingNode([], node.Line, node.Column);
        var formats = new Section(formatsNode, "'formats'", faults, "csv", "jsonl", "text");
        if (section.Optional("formats") is MappingNode { Entries.Count: 0 } none)
            faults.Add(none, "'formats' has no format", "give at least one of csv, jsonl, text");
        if (formats.Optional("jsonl") is { } jsonl)
            _ = new Section(jsonl, "'jsonl'", faults);
        var csv = formats.Optional("csv") is { } csvNode ? Formats.Csv(new(csvNode, "'csv'", faults, "delimiter", "encoding"), faults) : null;
        var text = formats.Optional("text") is { } textNode ? Text(textNode, fields) : null;

        // After the formats: a line of the card object's cannot have what comes from a source.
        var sources = section.Optional("sources") is { } sourcesNode
            ? new SourcesReader(_fields, names, faults).Read(sourcesNode, identifier, fields)
            : [];
        foreach (var item in section.OptionalList("ignore"))
            _ignored.TryAdd(InputName(item, "an item of 'ignore'"), item);
        return new(identifier, fields, [.. _ignored.Keys], csv, formats.Optional("jsonl") is not null, text) { Sources = sources };
    }

    string Identifier(Section section, List<InputField> fields)
    {
        if (section.Required("identifier") is not { } node)
            return "";
        var identifier = InputName(node, "'identifier'");
        if (fields.Find(f => f.Name == identifier) is { } field)
        {
            names.NoteUse(identifier, Use.Field, "'identifier'", node);
            if (!field.IsRequired)
                faults.Add(node, $"the identifier '{identifier}' is not a required input", "write 'required: true' for it");
            if (field.IsSecret)
            {
                faults.Add(node, $"the identifier '{identifier}' is secret, but identifiers are shown in logs and reports",
                    "choose an input that is not");
            }
        }

        return identifier;
    }

    string InputName(Node node, string subject)
    {
        if (Scalars.Text(node, subject, faults) is not { Text: var name })
            return "";
        if (names.IsKnown && !names.Contains(name))
            faults.Add(node, $"unknown input '{name}' in {subject}", Nearest.Advice(name, names.Names, "the inputs are"));
        return name;
    }

    TextFormat Text(Node node, List<InputField> fields)
    {
        var section = new Section(node, "'text'", faults, "encoding", "lines");
        var lines = new List<TextLine>();
        var provided = new Dictionary<string, string>(StringComparer.Ordinal);
        var linesNode = section.Required("lines");
        if (linesNode is MappingNode { Entries: { Count: > 0 } entries })
        {
            foreach (var (key, value) in entries)
                lines.Add(Line(key, value, provided));
            foreach (var field in fields.Where(f => f.IsRequired && !provided.ContainsKey(f.Name)))
            {
                faults.Add(linesNode, $"required input '{field.Name}' is on no line of the text format",
                    "add it to the 'fields' of a line");
            }
        }
        else if (linesNode is not null)
        {
            faults.Add(linesNode, "'lines' is not a mapping of line keys",
                "give each line such as 'EMB: { fields: [name], separator: \"|\" }'");
        }

        return new(Formats.Encoding(section, faults), lines);
    }

    TextLine Line(ScalarNode key, Node value, Dictionary<string, string> provided)
    {
        var name = Scalars.LineKey(key, "the key of a line", faults);
        var section = new Section(value, $"line '{name}'", faults, "fields", "separator", "ignore");
        if (section.Flag("ignore"))
        {
            if (section.Optional("fields") is { } both)
                faults.Add(both, $"line '{name}' is ignored and has fields", "remove one of them");
            return new(name, [], null);
        }

        var fields = new List<string>();
        foreach (var item in section.List("fields"))
        {
            var field = InputName(item, $"line '{name}'");
            if (!provided.TryAdd(field, name))
                faults.Add(item, $"input '{field}' is on line '{provided[field]}' already", "take it from one place");
            fields.Add(field);
        }

        if (fields.Count > 1)
            return new(name, fields, Formats.Separator(section, "separator", faults));
        if (section.Optional("separator") is { } needless)
            faults.Add(needless, $"line '{name}' has one field and no need of a separator", "remove it");
        return new(name, fields, null);
    }
}
