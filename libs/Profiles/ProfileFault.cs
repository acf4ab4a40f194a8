namespace PersoMesh.Profiles;

/// <summary>Something wrong, or doubtful, in a profile's file.</summary>
/// <param name="File">The file as the caller named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="What">What is wrong. Shows text of the profile, never of a card object.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="IsWarning">True when the profile can be used all the same.</param>
public sealed record ProfileFault(string File, int Line, int Column, string What, string Remedy, bool IsWarning = false)
{
    /// <summary><c>file:line:column: what is wrong; what to do</c>, the form that editors can jump to.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {(IsWarning ? "warning: " : "")}{What}; {Remedy}";
}

/// <summary>A profile cannot be used as it is written.</summary>
public sealed class InvalidProfileException : Exception
{
    /// <summary>Creates the exception; the message lists every fault, one to a line.</summary>
    /// <param name="faults">At least one.</param>
    public InvalidProfileException(IReadOnlyList<ProfileFault> faults)
        : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>All faults, warnings included, in the order of the file.</summary>
    public IReadOnlyList<ProfileFault> Faults { get; }
}

/// <summary>No profile of that name or version.</summary>
/// <param name="message">Names the known ones and the nearest.</param>
public sealed class UnknownProfileException(string message) : Exception(message);

/// <summary>A template of a profile gave something else than its place on the card can take, for the fields of one card object.</summary>
/// <param name="where">The place: data grouping and tag.</param>
/// <param name="reason">What is wrong and what was expected; lengths and positions, never a value.</param>
public sealed class RenderException(string where, string reason) : Exception($"{where}: {reason}")
{
    /// <summary>The place, such as <c>DGI 0101, tag 5F20</c>.</summary>
    public string Where { get; } = where;

    /// <summary>What is wrong there, without the value.</summary>
    public string Reason { get; } = reason;
}
