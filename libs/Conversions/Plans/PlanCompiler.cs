namespace PersoMesh.Conversions;

/// <summary>Resolves one plan and collects everything that is wrong with it. Used once.</summary>
/// <param name="inputs">The inputs that there will be; null when every name that is no field is one.</param>
sealed class PlanCompiler(string[]? inputs)
{
    readonly List<PlanFault> _faults = [];
    readonly List<InputSlot> _inputs = [];
    readonly Dictionary<string, int> _computed = new(StringComparer.Ordinal);
    string[] _fields = [];
    string _field = "";
    int? _step;
    string? _function;

    public IReadOnlyList<PlanFault> Faults => _faults;

    /// <summary>The result runs only when <see cref="Faults"/> is empty.</summary>
    public CompiledPlan Compile(ConversionPlan plan)
    {
        _fields = [.. plan.Fields.Select(f => f.Name)];
        var fields = new CompiledField[_fields.Length];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = CompileField(plan.Fields[i]);
            if (!_computed.TryAdd(_field, i))
                Fault("there are two fields of this name");
        }

        return new([.. _inputs], fields);
    }

    CompiledField CompileField(FieldPlan field)
    {
        (_field, _step, _function) = (field.Name, null, null);
        if (!Template.IsName(field.Name))
            Fault("this is no name that a template could refer to: a letter, then letters, digits, '_', '-' and '.'");
        if (inputs?.Contains(field.Name, StringComparer.Ordinal) == true)
            Fault("an input has the same name");
        if (field.From is null && field.Steps.Count == 0)
            Fault("it has neither a template to start from nor a step");
        if (field.From is null && field.Optional)
            Fault("it is optional but has no template to start from that could be empty");
        var from = field.From is null ? null : Slots(ParseTemplate("from", field.From));
        var steps = new List<CompiledStep?>();
        foreach (var step in field.Steps)
        {
            (_step, _function) = (steps.Count + 1, step.Function);
            steps.Add(CompileStep(step));
        }

        (_step, _function) = (null, null);
        return new(field.Name, from, [.. steps.OfType<CompiledStep>()], field.Optional);
    }

    CompiledStep? CompileStep(ConversionStep step)
    {
        if (!FunctionCatalog.All.TryGetValue(step.Function, out var function))
        {
            Fault(UnknownFunctionException.Describe(step.Function));
            return null;
        }

        foreach (var name in step.Arguments.Keys)
        {
            if (function.FaultOfName(name) is { } fault)
                Fault(fault);
        }

        var faultsBefore = _faults.Count;
        var constants = new BoundArgument[function.Parameters.Length];
        var templates = new SlotTemplate?[constants.Length];
        for (var i = 0; i < constants.Length; i++)
            (constants[i], templates[i]) = CompileArgument(function.Parameters[i], step.Arguments);
        if (Array.TrueForAll(templates, t => t is null))
        {
            if (_faults.Count == faultsBefore && function.FaultOfCombination(constants) is { } fault)
                Fault(fault);
            templates = null;
        }

        return new(function, constants, templates);
    }

    (BoundArgument Constant, SlotTemplate? Template) CompileArgument(Parameter parameter, IReadOnlyDictionary<string, string> arguments)
    {
        var given = arguments.GetValueOrDefault(parameter.Name);
        if (given is null && parameter.Default is null)
        {
            Fault(parameter.Missing);
            return default;
        }

        // A default is text, not a template.
        var template = given is null ? null : ParseTemplate($"argument '{parameter.Name}'", given);
        if (template is { IsConstant: false })
            return (default, Slots(template));
        var (constant, fault) = parameter.Bind(template?.Render(name => name) ?? parameter.Default ?? "");
        if (fault is not null)
            Fault($"argument '{parameter.Name}': {fault}");
        return (constant, null);
    }

    Template? ParseTemplate(string what, string text)
    {
        try
        {
            return Template.Parse(text);
        }
        catch (TemplateException e)
        {
            Fault($"{what}, character {e.Position}: {e.Reason}");
            return null;
        }
    }

    SlotTemplate? Slots(Template? template) => template is null ? null : new(template, SlotOf);

    int SlotOf(string name)
    {
        if (_computed.TryGetValue(name, out var slot))
            return slot;
        if (_fields.Contains(name, StringComparer.Ordinal) && inputs?.Contains(name, StringComparer.Ordinal) != true)
            Fault(name == _field ? $"'{name}' refers to the field itself" : $"'{name}' is a field that is computed later");
        else if (inputs?.Contains(name, StringComparer.Ordinal) == false)
            Fault($"there is no input or earlier field '{name}'{NearestName.Hint(name, [.. inputs, .. _computed.Keys])}");
        var known = _inputs.FindIndex(i => i.Name == name);
        if (known < 0)
        {
            known = _inputs.Count;
            _inputs.Add(new(name, _field));
        }

        return _fields.Length + known;
    }

    void Fault(string reason) => _faults.Add(new(_field, _step, _function, reason));
}
