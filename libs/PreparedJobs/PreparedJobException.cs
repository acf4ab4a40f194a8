namespace PersoMesh.PreparedJobs;

/// <summary>A prepared file, or a record of it, is not what its issuer made. The message names the place, never a value.</summary>
public sealed class PreparedJobException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="where">The place: an application, a data grouping, the header; null when it is the record or file as a whole.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="inner">What it follows from.</param>
    public PreparedJobException(string? where, string reason, Exception? inner = null)
        : base(where is null ? reason : $"{where}: {reason}", inner) => (Where, Reason) = (where, reason);

    /// <summary>The place, or null.</summary>
    public string? Where { get; }

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; }
}
