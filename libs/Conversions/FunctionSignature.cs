namespace PersoMesh.Conversions;

/// <summary>What a profile's author needs to know of a support function: the table of <c>./perso support</c> and the check of a profile on load.</summary>
/// <param name="Name">The name used in a profile, kebab-case.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Parameters">Named arguments in the order of their importance.</param>
/// <param name="Examples">At least one; each is run by a test.</param>
public sealed record FunctionSignature(
    string Name, string Summary, IReadOnlyList<FunctionParameter> Parameters, IReadOnlyList<FunctionExample> Examples);

/// <summary>A named argument of a support function.</summary>
/// <param name="Name">The name used in a profile, camelCase.</param>
/// <param name="Meaning">What it does, with its unit.</param>
/// <param name="Default">The value used when it is left out; null when it must be given.</param>
public sealed record FunctionParameter(string Name, string Meaning, string? Default = null);

/// <summary>A worked example.</summary>
/// <param name="Input">The value that flows in.</param>
/// <param name="Arguments">Arguments by name.</param>
/// <param name="Output">What flows out; null when the function refuses the input.</param>
public sealed record FunctionExample(string Input, IReadOnlyDictionary<string, string> Arguments, string? Output);
