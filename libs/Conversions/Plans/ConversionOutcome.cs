using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.Conversions;

/// <summary>The outcome of one evaluation: either all values, or the first failure. <see cref="ToString"/> shows no value.</summary>
public sealed class ConversionOutcome
{
    internal ConversionOutcome(IReadOnlyDictionary<string, string> outputs) => Outputs = outputs;

    internal ConversionOutcome(ConversionFailure failure) => Failure = failure;

    /// <summary>All inputs and all computed fields by name; null when a field failed. Cardholder data.</summary>
    public IReadOnlyDictionary<string, string>? Outputs { get; }

    /// <summary>The first failure, or null.</summary>
    public ConversionFailure? Failure { get; }

    /// <summary>True when there are outputs.</summary>
    [MemberNotNullWhen(true, nameof(Outputs))]
    [MemberNotNullWhen(false, nameof(Failure))]
    public bool IsSuccess => Outputs is not null;

    /// <summary>The number of values, or the failure.</summary>
    public override string ToString() => IsSuccess ? $"{Outputs.Count} values" : Failure.ToString();
}

/// <summary>Why a card's fields could not be computed. Holds no value, so it may be logged and returned to the issuer.</summary>
/// <param name="Field">The field.</param>
/// <param name="Function">The function that refused; null when no function ran.</param>
/// <param name="Reason">What is wrong and where, without the value.</param>
public sealed record ConversionFailure(string Field, string? Function, string Reason)
{
    /// <summary>Where and what, as one line.</summary>
    public override string ToString() => Function is null ? $"field '{Field}': {Reason}" : $"field '{Field}', {Function}: {Reason}";
}
