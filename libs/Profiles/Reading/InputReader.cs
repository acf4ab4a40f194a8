using System.Text;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>input:</c>.</summary>
sealed class InputReader(NameScope names, FaultList faults)
{
    readonly List<(string Name, Node At)> _inputs = [];
    readonly Dictionary<string, Node> _ignored = new(StringComparer.Ordinal);

    /// <summary>To be called when all uses of inputs are known.</summary>
    public void CheckUnused() => names.CheckUnused(_inputs, _ignored);

    public CardInput Read(Node node)
    {
        var section = new Section(node, "'input'", faults, "identifier", "fields", "ignore", "formats");
        var fields = Fields(section.Required("fields"));
        names.IsKnown = fields.Count > 0;
        var identifier = Identifier(section, fields);
        foreach (var item in section.OptionalList("ignore"))
            _ignored.TryAdd(InputName(item, "an item of 'ignore'"), item);

        var formatsNode = section.Required("formats") ?? new MappingNode([], node.Line, node.Column);
        var formats = new Section(formatsNode, "'formats'", faults, "csv", "jsonl", "text");
        if (section.Optional("formats") is MappingNode { Entries.Count: 0 } none)
            faults.Add(none, "'formats' has no format", "give at least one of csv, jsonl, text");
        if (formats.Optional("jsonl") is { } jsonl)
            _ = new Section(jsonl, "'jsonl'", faults);
        return new(identifier, fields, [.. _ignored.Keys],
            formats.Optional("csv") is { } csv ? Csv(csv) : null,
            formats.Optional("jsonl") is not null,
            formats.Optional("text") is { } text ? Text(text, fields) : null);
    }

    List<InputField> Fields(Node? node)
    {
        var fields = new List<InputField>();
        if (node is not MappingNode { Entries: { Count: > 0 } entries })
        {
            if (node is not null)
            {
                faults.Add(node, "'fields' of 'input' is not a mapping of names",
                    "give each input a line such as 'cardId: { required: true }'");
            }

            return fields;
        }

        foreach (var (key, value) in entries)
        {
            var name = Scalars.FieldName(key, "the name of an input", faults);
            var section = new Section(value, $"input '{name}'", faults, "required", "default", "maxLength", "secret");
            var field = new InputField(name, section.Flag("required"), section.OptionalText("default") ?? "",
                section.Optional("maxLength") is null ? null : section.Integer("maxLength", 1, 100_000), section.Flag("secret"));
            if (field.IsRequired && section.Optional("default") is { } both)
                faults.Add(both, $"input '{name}' is required and has a default", "remove one of them");
            if (field.MaxLength is > 0 and var max && field.Default.Length > max)
                faults.Add(section.At("default"), $"the default of input '{name}' is longer than its maxLength", "shorten it");
            fields.Add(field);
            names.AddInput(name, field.IsSecret);
            _inputs.Add((name, key));
        }

        return fields;
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

    CsvFormat Csv(Node node)
    {
        var section = new Section(node, "'csv'", faults, "delimiter", "encoding");
        return new(section.Optional("delimiter") is null ? ',' : Separator(section, "delimiter"), Encoding(section));
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

        return new(Encoding(section), lines);
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
            return new(name, fields, Separator(section, "separator"));
        if (section.Optional("separator") is { } needless)
            faults.Add(needless, $"line '{name}' has one field and no need of a separator", "remove it");
        return new(name, fields, null);
    }

    char Separator(Section section, string key)
    {
        if (section.Required(key) is not { } node || Scalars.Text(node, $"'{key}'", faults) is not { Text: var text })
            return ',';
        if (text is [var c] && c is not ('"' or '\r' or '\n') && !char.IsAsciiLetterOrDigit(c) && !char.IsSurrogate(c))
            return c;
        faults.Add(node, $"'{key}' is not one character that can separate values", "write a sign such as \",\", \";\", \"|\" or \"\\t\"");
        return ',';
    }

    Encoding Encoding(Section section) =>
        section.Optional("encoding") is { } node ? Charsets.Read(node, "'encoding'", faults) : Charsets.Utf8;
}
