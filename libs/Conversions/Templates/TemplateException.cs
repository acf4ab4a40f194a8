namespace PersoMesh.Conversions;

/// <summary>A template is malformed. Holds no rendered value.</summary>
/// <param name="position">Where, counted from 1.</param>
/// <param name="reason">What is wrong there.</param>
public sealed class TemplateException(int position, string reason) : Exception($"template, character {position}: {reason}")
{
    /// <summary>The character where it goes wrong, counted from 1.</summary>
    public int Position { get; } = position;

    /// <summary>What is wrong there.</summary>
    public string Reason { get; } = reason;
}
