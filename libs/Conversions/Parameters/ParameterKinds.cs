using System.Globalization;

namespace PersoMesh.Conversions;

/// <summary>The kinds of parameters that functions of all themes share, and how to write an example.</summary>
static class ParameterKinds
{
    /// <summary>Any text.</summary>
    public static Parameter<string> Text(string name, string meaning, string? @default = null) =>
        new(name, meaning, @default, text => text);

    /// <summary>Any text of at least one character.</summary>
    public static Parameter<string> SomeText(string name, string meaning, string? @default = null) =>
        new(name, meaning, @default, text => text.Length > 0 ? text : Parsed<string>.Malformed("it is empty"));

    /// <summary>A whole number in a range.</summary>
    public static Parameter<int> Whole(string name, string meaning, int min, int max, string? @default = null) =>
        new(name, meaning, @default, text => TryWhole(text, min, max, out var number) ? number : Parsed<int>.Malformed(NotWhole(min, max)));

    /// <summary>A whole number in a range, or empty for none.</summary>
    public static Parameter<int?> OptionalWhole(string name, string meaning, int min, int max) =>
        new(name, meaning, "", text => text.Length == 0 ? default(int?)
            : TryWhole(text, min, max, out var number) ? number : Parsed<int?>.Malformed($"{NotWhole(min, max)}, nor empty"));

    /// <summary>One of a few words; case does not matter.</summary>
    public static Parameter<string> Choice(string name, string meaning, string? @default, params string[] options) =>
        new(name, meaning, @default, text => Array.Find(options, o => o.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } option
            ? option : Parsed<string>.Malformed($"it is none of {string.Join(", ", options.Select(o => o.Length == 0 ? "empty" : o))}"));

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static Parameter<bool> Flag(string name, string meaning, string @default) =>
        new(name, meaning, @default, text => bool.TryParse(text, out var flag)
            ? flag : Parsed<bool>.Malformed("it is neither true nor false"));

    /// <summary>One character of the basic plane.</summary>
    public static Parameter<char> Character(string name, string meaning, string @default) =>
        new(name, meaning, @default, text => text.Length == 1 && !char.IsSurrogate(text[0])
            ? text[0] : Parsed<char>.Malformed($"it has {text.Length} characters, not one"));

    /// <summary>Lengths of groups, <c>4-4-4-4</c>; empty for none.</summary>
    public static Parsed<int[]> ParseGroups(string text)
    {
        if (text.Length == 0)
            return Array.Empty<int>();
        var parts = text.Split('-');
        var groups = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!TryWhole(parts[i], 1, 19, out groups[i]))
                return Parsed<int[]>.Malformed("it is not a list of group lengths such as 4-4-4-4");
        }

        return groups;
    }

    /// <summary>A worked example; <paramref name="output"/> is null when the function refuses.</summary>
    public static FunctionExample Example(string input, string? output, params (string Name, string Value)[] arguments) =>
        new(input, arguments.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal), output);

    static bool TryWhole(string text, int min, int max, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= min && number <= max;

    static string NotWhole(int min, int max) => $"it is not a whole number from {min} to {max}";
}
