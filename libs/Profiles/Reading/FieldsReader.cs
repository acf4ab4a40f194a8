using PersoMesh.Conversions;

namespace PersoMesh.Profiles.Reading;

/// <summary>Reads <c>fields:</c>: the conversion plan, and among its fields those that only preparation computes.</summary>
sealed class FieldsReader(NameScope names, Templates templates, FaultList faults)
{
    const string Order = "a field is made of inputs and of fields above it";

    readonly Dictionary<string, ReadField> _fields = new(StringComparer.Ordinal);
    readonly PreparedFieldReader _prepared = new(templates, faults);

    public (ConversionPlan Converted, IReadOnlyList<PreparedField> Prepared) Read(Node? node)
    {
        if (node is null)
            return (new([]), []);
        if (node is not MappingNode { Entries: var entries })
        {
            faults.Add(node, "'fields' is not a mapping of names",
                "give each field a line such as 'holder: { from: \"{name}\", steps: [ upper ] }'");
            return (new([]), []);
        }

        var inputs = names.Names.ToList();
        var plans = new List<FieldPlan>();
        var prepared = new List<PreparedField>();
        var allPrepared = entries.Where(e => PreparedFieldReader.Reads(e.Value)).Select(e => e.Key.Text).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, value) in entries)
        {
            if (allPrepared.Contains(key.Text))
            {
                prepared.Add(Prepared(key, (MappingNode)value, plans.Count));
                continue;
            }

            var field = Field(key, value);
            _fields.TryAdd(key.Text, field);
            plans.Add(field.Plan);
            FollowNames(field, allPrepared);
        }

        var plan = new ConversionPlan(plans);
        if (names.IsKnown)
        {
            foreach (var fault in plan.Validate([.. inputs, .. allPrepared.Except(inputs, StringComparer.Ordinal)]))
                Note(fault);
        }

        return (plan, prepared);
    }

    PreparedField Prepared(ScalarNode key, MappingNode value, int place)
    {
        var name = Scalars.FieldName(key, "the name of a field", faults);
        if (names.Contains(name))
            faults.Add(key, $"field '{name}': an input has the same name", Order);
        var field = _prepared.Read(name, place, value);
        names.AddSecret(name);
        return field;
    }

    // A field of one template and no steps may be written as that template alone.
    ReadField Field(ScalarNode key, Node value)
    {
        var name = Scalars.FieldName(key, "the name of a field", faults);
        if (value is ScalarNode scalar)
            return new(new(name, Scalars.Text(scalar, $"field '{name}'", faults)?.Text ?? "", []), key, scalar, []);
        var section = new Section(value, $"field '{name}'", faults, ["from", "steps", "optional", .. PreparedFieldReader.Kinds]);
        var steps = section.OptionalList("steps").Select(Step).OfType<ReadStep>().ToList();
        var plan = new FieldPlan(name, section.OptionalText("from"), [.. steps.Select(s => s.Plan)], section.Flag("optional"));
        return new(plan, key, section.Optional("from"), steps);
    }

    ReadStep? Step(Node node)
    {
        switch (node)
        {
            case ScalarNode { IsEmpty: false } function:
                return new(new(function.Text, new Dictionary<string, string>()), function, []);
            case MappingNode { Entries: [{ Key: var function, Value: MappingNode { Entries: var entries } }] }:
                var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var (key, value) in entries)
                {
                    if (Scalars.Text(value, $"argument '{key.Text}' of '{function.Text}'", faults) is { Text: var text })
                        arguments.Add(key.Text, text);
                }

                return new(new(function.Text, arguments), function, entries);
            default:
                faults.Add(node, "a step is neither a function nor a function with arguments",
                    "write 'name' or 'name: { argument: value }'");
                return null;
        }
    }

    void FollowNames(ReadField field, HashSet<string> allPrepared)
    {
        // Malformed templates and unknown names are noted by the plan's own check.
        var used = field.Plan.Steps.SelectMany(s => s.Arguments.Values).Prepend(field.Plan.From ?? "").SelectMany(NamesIn).ToList();
        foreach (var name in used.Where(names.Contains))
            names.NoteUse(name, Use.Field, "'fields'", field.Key);
        foreach (var later in used.Where(name => allPrepared.Contains(name) && !names.Contains(name)))
            faults.Add(field.Key, $"field '{field.Plan.Name}': '{later}' is a field that is computed later", Order);
        names.AddField(field.Plan.Name, used);
    }

    static IReadOnlyList<string> NamesIn(string template)
    {
        try
        {
            return Template.Parse(template).Names;
        }
        catch (TemplateException)
        {
            return [];
        }
    }

    void Note(PlanFault fault)
    {
        var field = _fields[fault.Field];
        var (what, remedy) = Templates.Split(fault.Reason, fault.Step is null
            ? Order
            : "'./perso support' lists the functions and their arguments");
        faults.Add(PlaceOf(fault, field), $"field '{fault.Field}'{(fault.Step is null ? "" : $", {fault.Function}")}: {what}", remedy);
    }

    // The plan's check knows the step. The argument it speaks of is the one that has the quoted name, or a template with it.
    static Node PlaceOf(PlanFault fault, ReadField field)
    {
        var name = fault.Reason.Split('\'') is [_, var quoted, ..] ? quoted : "";
        if (fault.Step is not { } number)
        {
            var isAboutFrom = fault.Reason.StartsWith("from,", StringComparison.Ordinal) || IsUsedIn(field.From);
            return isAboutFrom ? field.From ?? field.Key : field.Key;
        }

        var step = field.Steps[number - 1];
        return step.Arguments.FirstOrDefault(a => a.Key.Text == name)?.Key
            ?? step.Arguments.Select(a => a.Value).FirstOrDefault(IsUsedIn) ?? step.Function;

        bool IsUsedIn(Node? node) => node is ScalarNode scalar && scalar.Text.Contains($"{{{name}}}", StringComparison.Ordinal);
    }

    sealed record ReadField(FieldPlan Plan, ScalarNode Key, Node? From, IReadOnlyList<ReadStep> Steps);

    sealed record ReadStep(ConversionStep Plan, ScalarNode Function, IReadOnlyList<Entry> Arguments);
}
