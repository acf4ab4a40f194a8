namespace PersoMesh.Conversions;

/// <summary>An argument's text and, when it is the same for all cards, what was read from it beforehand.</summary>
readonly struct BoundArgument(string text, object? value = null)
{
    public string Text => text;

    public object? Value => value;
}

/// <summary>The arguments of one call, in the order of the function's parameters; and the function's voice when it refuses.</summary>
readonly struct Arguments(ConversionFunction function, BoundArgument[] values)
{
    /// <exception cref="ConversionException">The argument's text is malformed.</exception>
    public T Get<T>(Parameter<T> parameter)
    {
        var parameters = function.Parameters;
        var i = 0;
        while (!ReferenceEquals(parameters[i], parameter))
            i++;
        if (values[i].Value is T value)
            return value;
        var parsed = parameter.Parse(values[i].Text);
        return parsed.Fault is null ? parsed.Value : throw Refuse(parameter, parsed.Fault);
    }

    public ConversionException Refuse(string reason) => new(function.Name, reason);

    public ConversionException Refuse(Parameter parameter, string reason) => new(function.Name, $"argument '{parameter.Name}': {reason}");
}
