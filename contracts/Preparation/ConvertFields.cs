namespace PersoMesh.Contracts.Preparation;

/// <summary>Request to Support: run a profile's conversions over a chunk of card objects.</summary>
/// <param name="Profile">Exact profile, for logs and for caching the compiled plan.</param>
/// <param name="Fields">The conversions in their order.</param>
/// <param name="Cards">The card objects.</param>
public sealed record ConvertFields(string Profile, IReadOnlyList<FieldConversion> Fields, IReadOnlyList<CardObject> Cards);

/// <summary>How one field is computed.</summary>
/// <param name="Name">The new field.</param>
/// <param name="From">Template of the value that flows in; null for an empty one.</param>
/// <param name="Steps">Support functions in their order.</param>
/// <param name="Optional">An empty value stays empty and runs no step.</param>
public sealed record FieldConversion(string Name, string? From, IReadOnlyList<ConversionStep> Steps, bool Optional);

/// <summary>A call of a support function.</summary>
/// <param name="Function">Name in the catalogue.</param>
/// <param name="Arguments">Argument name to template.</param>
public sealed record ConversionStep(string Function, IReadOnlyDictionary<string, string> Arguments);

/// <summary>Answer to <see cref="ConvertFields"/>, one outcome per card in the same order.</summary>
/// <param name="Outcomes">The outcomes.</param>
/// <param name="Fault">Why no card at all could be converted (a plan that this Support does not know); null otherwise.</param>
public sealed record FieldsConverted(IReadOnlyList<ConversionOutcome> Outcomes, string? Fault = null);

/// <summary>One card's converted fields, or what was wrong.</summary>
/// <param name="SealedFields">All fields, inputs and computed, sealed like <see cref="CardObject.SealedFields"/>; null when refused.</param>
/// <param name="Field">The field at fault.</param>
/// <param name="Reason">Function and reason, never the value.</param>
public sealed record ConversionOutcome(byte[]? SealedFields, string? Field = null, string? Reason = null);
