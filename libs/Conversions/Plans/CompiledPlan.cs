namespace PersoMesh.Conversions;

/// <summary>
/// A <see cref="ConversionPlan"/> ready to run: functions resolved, templates parsed, constant arguments read. Thread-safe.
/// </summary>
public sealed class CompiledPlan
{
    readonly InputSlot[] _inputs;
    readonly CompiledField[] _fields;

    internal CompiledPlan(InputSlot[] inputs, CompiledField[] fields) => (_inputs, _fields) = (inputs, fields);

    /// <summary>The names of the inputs that the templates use.</summary>
    public IEnumerable<string> Inputs => _inputs.Select(i => i.Name);

    /// <summary>Computes all fields for one card.</summary>
    /// <param name="inputs">Inputs by name; names that no template uses are passed through to the outputs.</param>
    /// <returns>Inputs and computed fields, or the first failure. Bad data never throws.</returns>
    public ConversionOutcome Evaluate(IReadOnlyDictionary<string, string> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var slots = new string[_inputs.Length + _fields.Length];
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (!inputs.TryGetValue(_inputs[i].Name, out var input) || input is null)
                return new(new ConversionFailure(_inputs[i].FirstUsedBy, null, $"input '{_inputs[i].Name}' is missing"));
            slots[_fields.Length + i] = input;
        }

        var outputs = new Dictionary<string, string>(inputs.Count + _fields.Length, StringComparer.Ordinal);
        foreach (var (name, value) in inputs)
            outputs[name] = value;
        for (var i = 0; i < _fields.Length; i++)
        {
            var field = _fields[i];
            try
            {
                if (!outputs.TryAdd(field.Name, slots[i] = field.Compute(slots)))
                    return new(new ConversionFailure(field.Name, null, "an input has the same name"));
            }
            catch (ConversionException refusal)
            {
                return new(new ConversionFailure(field.Name, refusal.Function, refusal.Reason));
            }
        }

        return new(outputs);
    }
}

/// <summary>An input that templates use. The inputs' values lie in the slots after those of the fields.</summary>
readonly record struct InputSlot(string Name, string FirstUsedBy);

sealed record CompiledField(string Name, SlotTemplate? From, CompiledStep[] Steps, bool Optional)
{
    public string Compute(string[] slots)
    {
        var value = From?.Render(slots) ?? "";
        if (Optional && value.Length == 0)
            return value;
        foreach (var step in Steps)
            value = step.Run(value, slots);
        return value;
    }
}

/// <param name="Function">The function.</param>
/// <param name="Constants">All arguments; where <paramref name="Templates"/> has an entry, a blank to fill in for each card.</param>
/// <param name="Templates">The arguments that differ from card to card; null when none does.</param>
sealed record CompiledStep(ConversionFunction Function, BoundArgument[] Constants, SlotTemplate?[]? Templates)
{
    public string Run(string value, string[] slots)
    {
        if (Templates is null)
            return Function.Apply(value, Constants);
        var arguments = (BoundArgument[])Constants.Clone();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (Templates[i] is { } template)
                arguments[i] = new(template.Render(slots));
        }

        return Function.Apply(value, arguments);
    }
}

/// <summary>A template whose names are resolved to slots.</summary>
sealed class SlotTemplate
{
    readonly string[] _texts;
    readonly int[] _slots; // -1 where the text stands for itself

    public SlotTemplate(Template template, Func<string, int> slotOf)
    {
        _texts = new string[template.Parts.Length];
        _slots = new int[_texts.Length];
        for (var i = 0; i < _texts.Length; i++)
        {
            var part = template.Parts[i];
            _texts[i] = part.Text;
            _slots[i] = part.IsName ? slotOf(part.Text) : -1;
        }
    }

    public string Render(string[] slots)
    {
        if (_texts.Length == 1)
            return TextOf(0, slots);
        var texts = new string[_texts.Length];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = TextOf(i, slots);
        return string.Concat(texts);
    }

    string TextOf(int i, string[] slots) => _slots[i] < 0 ? _texts[i] : slots[_slots[i]];
}
