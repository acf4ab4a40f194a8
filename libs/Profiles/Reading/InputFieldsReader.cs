namespace PersoMesh.Profiles.Reading;

/// <summary>Reads mappings of inputs: those of the card object and those of data sources.</summary>
sealed class InputFieldsReader(NameScope names, FaultList faults)
{
    readonly List<(string Name, Node At)> _inputs = [];

    /// <summary>All that were read, with their places.</summary>
    public IReadOnlyList<(string Name, Node At)> Inputs => _inputs;

    /// <summary>Reads a mapping; none after a fault.</summary>
    /// <param name="node">Null after a fault that is noted already.</param>
    /// <param name="subject">Whose fields they are, as a fault says it.</param>
    public List<InputField> Read(Node? node, string subject)
    {
        var fields = new List<InputField>();
        if (node is not MappingNode { Entries: { Count: > 0 } entries })
        {
            if (node is not null)
            {
                faults.Add(node, $"'fields' of {subject} is not a mapping of names",
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
            if (names.Contains(name))
                faults.Add(key, $"a second input '{name}'", "give it a name of its own");
            fields.Add(field);
            names.AddInput(name, field.IsSecret);
            _inputs.Add((name, key));
        }

        return fields;
    }
}
