namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>sources:</c> of <c>input:</c>, the files beside the card objects.</summary>
sealed class SourcesReader(InputFieldsReader fields, NameScope names, FaultList faults)
{
    /// <summary>Reads all of them.</summary>
    /// <param name="node">The mapping of names.</param>
    /// <param name="identifier">The input by which lines are found unless a source says otherwise.</param>
    /// <param name="inputs">The card object's own inputs.</param>
    public IReadOnlyList<DataSource> Read(Node node, string identifier, IReadOnlyList<InputField> inputs)
    {
        if (node is MappingNode { Entries: { Count: > 0 } entries })
            return [.. entries.Select(entry => Source(entry, identifier, inputs))];
        faults.Add(node, "'sources' is not a mapping of names", "give each source a line such as 'accounts: { fields: { … } }'");
        return [];
    }

    DataSource Source(Entry entry, string identifier, IReadOnlyList<InputField> inputs)
    {
        var name = Scalars.KebabName(entry.Key, "the name of a source", faults);
        var section = new Section(entry.Value, $"source '{name}'", faults, "key", "delimiter", "encoding", "fields");
        var key = section.OptionalText("key") ?? identifier;
        if (section.Optional("key") is { } at)
        {
            names.NoteUse(key, Use.Field, "'key'", at);
            if (names.Contains(key) && !inputs.Any(input => input.Name == key))
                faults.Add(at, $"'{key}' is not an input of the card object", "name the input that says which line of the source is the card's");
        }

        return new(name, key, Formats.Csv(section, faults), fields.Read(section.Required("fields"), $"source '{name}'"));
    }
}
