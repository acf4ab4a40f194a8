namespace PersoMesh.Conversions;

/// <summary>The outcome of reading an argument's text: a value, or what is wrong with the text (never the text itself).</summary>
readonly record struct Parsed<T>(T Value, string? Fault)
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static Parsed<T> Malformed(string fault) => new(default!, fault);
}

/// <summary>A parameter as the implementation sees it: its declaration and how to read its text.</summary>
abstract class Parameter(string name, string meaning, string? @default)
{
    public FunctionParameter Declaration { get; } = new(name, meaning, @default);

    public string Name => Declaration.Name;

    public string? Default => Declaration.Default;

    public string Missing => $"argument '{Name}' is missing: {Declaration.Meaning}";

    /// <summary>Reads an argument that is the same for all cards, once.</summary>
    /// <returns>The argument with its parsed value, and what is wrong with it or null.</returns>
    public abstract (BoundArgument Bound, string? Fault) Bind(string text);
}

/// <summary>A parameter whose text means a <typeparamref name="T"/>.</summary>
sealed class Parameter<T>(string name, string meaning, string? @default, Func<string, Parsed<T>> parse) : Parameter(name, meaning, @default)
{
    public Parsed<T> Parse(string text) => parse(text);

    public override (BoundArgument Bound, string? Fault) Bind(string text)
    {
        var parsed = Parse(text);
        return (new(text, parsed.Fault is null ? parsed.Value : null), parsed.Fault);
    }
}
