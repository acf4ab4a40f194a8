namespace PersoMesh.Conversions;

/// <summary>
/// A support function refused its input. Neither the message nor any property holds the value or an argument: they are
/// cardholder data. What is said are positions (the first character is 1), lengths and character classes.
/// </summary>
/// <param name="function">The function that refused, by its name in profiles.</param>
/// <param name="reason">What is wrong and where; a clause without full stop.</param>
public sealed class ConversionException(string function, string reason) : Exception($"{function}: {reason}")
{
    /// <summary>The function that refused, by its name in profiles.</summary>
    public string Function { get; } = function;

    /// <summary>What is wrong and where, without the value.</summary>
    public string Reason { get; } = reason;
}
