namespace PersoMesh.Conversions;

/// <summary>What a function does: the value that flows in and its arguments to the value that flows out.</summary>
delegate string ConversionBody(string value, Arguments arguments);

/// <summary>A support function: a pure conversion or check of text that a profile names. Immutable and thread-safe.</summary>
public sealed class ConversionFunction
{
    readonly Parameter[] _parameters;
    readonly ConversionBody _body;
    readonly Func<Arguments, string?>? _check;

    internal ConversionFunction(
        string name,
        string summary,
        Parameter[] parameters,
        FunctionExample[] examples,
        ConversionBody body,
        Func<Arguments, string?>? check = null)
    {
        Signature = new(name, summary, [.. parameters.Select(p => p.Declaration)], examples);
        (_parameters, _body, _check) = (parameters, body, check);
    }

    /// <summary>Name, parameters and examples.</summary>
    public FunctionSignature Signature { get; }

    /// <summary>The name used in a profile, kebab-case.</summary>
    public string Name => Signature.Name;

    internal ReadOnlySpan<Parameter> Parameters => _parameters;

    /// <summary>Converts or checks one value. A function that only checks returns the value as it came.</summary>
    /// <param name="value">The value that flows in; empty for a function that builds its result from arguments alone.</param>
    /// <param name="arguments">Arguments by name; those with a default may be left out.</param>
    /// <exception cref="ConversionException">The function refuses the value, or an argument is unknown, missing or malformed.</exception>
    public string Apply(string value, IReadOnlyDictionary<string, string> arguments)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(arguments);
        foreach (var name in arguments.Keys)
        {
            if (FaultOfName(name) is { } fault)
                throw new ConversionException(Name, fault);
        }

        var bound = new BoundArgument[_parameters.Length];
        for (var i = 0; i < bound.Length; i++)
        {
            var parameter = _parameters[i];
            var text = arguments.GetValueOrDefault(parameter.Name) ?? parameter.Default;
            bound[i] = new(text ?? throw new ConversionException(Name, parameter.Missing));
        }

        return Apply(value, bound);
    }

    internal string Apply(string value, BoundArgument[] arguments) => _body(value, new(this, arguments));

    /// <summary>What is wrong with an argument's name, or null.</summary>
    internal string? FaultOfName(string argument)
    {
        var names = _parameters.Select(p => p.Name);
        return names.Contains(argument, StringComparer.Ordinal)
            ? null : $"there is no argument '{argument}'{NearestName.Hint(argument, names)}";
    }

    /// <summary>What is wrong with arguments that are well-formed one by one but do not go together, or null.</summary>
    internal string? FaultOfCombination(BoundArgument[] arguments) => _check?.Invoke(new(this, arguments));
}
