namespace PersoMesh.PinMailers;

/// <summary>What one holder is told on one page.</summary>
public sealed class PinMailer
{
    /// <summary>Names and address lines, by the names that the template uses. Only what the template names is printed.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>PIN, PUK, passwords: ASCII in buffers that the caller owns and zeroes. A secret goes before a field of the same name.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Secrets { get; init; } =
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>
    /// The card number, digits only; null when it is not known here. At most its last digits are printed, as many as the template allows;
    /// and it is looked for in everything else that is printed.
    /// </summary>
    public string? CardNumber { get; init; }

    /// <summary>Nothing of the content.</summary>
    public override string ToString() => "PIN mailer";
}

/// <summary>A mailer cannot be printed as its template wants it. Names the place, nothing of the content.</summary>
/// <param name="message">A sentence.</param>
public sealed class PinMailerException(string message) : Exception(message);
