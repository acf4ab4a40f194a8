namespace PersoMesh.Contracts.Ingest;

/// <summary>Request to the Translator: what Ingest must know of a profile to split and check an issuer's records.</summary>
/// <param name="Profile">Profile name, optionally <c>name@version</c>.</param>
public sealed record DescribeProfile(string Profile);

/// <summary>Answer to <see cref="DescribeProfile"/>.</summary>
public sealed record ProfileDescribed
{
    /// <summary>Why the profile cannot be used; null when it can. All other members are then empty.</summary>
    public string? Fault { get; init; }

    /// <summary>The exact profile, <c>name@version</c>, that all cards of the job will use.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Stations that may take the card.</summary>
    public string Pool { get; init; } = "";

    /// <summary>Sessions that a card object may cost before it fails for good.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>Days that card data are kept after a job's last verdict; 0 = not at all.</summary>
    public int RetentionDays { get; init; } = 30;

    /// <summary>Name of the field that holds the card object identifier.</summary>
    public string IdentifierField { get; init; } = "";

    /// <summary>The issuer's fields.</summary>
    public IReadOnlyList<InputField> Fields { get; init; } = [];

    /// <summary>The formats that the profile reads.</summary>
    public IReadOnlyList<InputFormatDescription> Formats { get; init; } = [];
}

/// <summary>A field of an issuer's record.</summary>
/// <param name="Name">Name in the record.</param>
/// <param name="Required">Must be present and not empty.</param>
/// <param name="Default">Value when absent; null for none.</param>
/// <param name="MaxLength">Longest value in characters; 0 = no limit of its own.</param>
public sealed record InputField(string Name, bool Required, string? Default, int MaxLength);

/// <summary>How one issuer format is read.</summary>
/// <param name="Kind"><c>csv</c>, <c>jsonl</c> or <c>text</c>.</param>
/// <param name="Encoding">IANA name of the character encoding.</param>
/// <param name="Delimiter">CSV: what separates columns.</param>
/// <param name="TextLines">Text card object: its keys.</param>
public sealed record InputFormatDescription(string Kind, string Encoding, string Delimiter, IReadOnlyList<TextLineDescription> TextLines);

/// <summary>One key of the text card object (<c>EMB=</c>, <c>ENC=</c>, <c>PIC=</c>, <c>SCRD=</c>).</summary>
/// <param name="Key">The key before the equals sign.</param>
/// <param name="Fields">Names of the fields that its value holds, in order.</param>
/// <param name="Separator">What separates the fields.</param>
/// <param name="Ignore">True when the key is allowed and not read.</param>
public sealed record TextLineDescription(string Key, IReadOnlyList<string> Fields, string Separator, bool Ignore);
