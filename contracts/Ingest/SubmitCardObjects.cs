namespace PersoMesh.Contracts.Ingest;

/// <summary>
/// Command to Ingest from an issuer that publishes on the broker: one or more card objects of a job.
/// The same text may also arrive over HTTP or as a file; all three are treated alike.
/// </summary>
public sealed record SubmitCardObjects
{
    /// <summary>Name of the job; created by its first submission.</summary>
    public required string Job { get; init; }

    /// <summary>Profile name, optionally with a version: <c>emv-debit</c> or <c>emv-debit@1</c>.</summary>
    public required string Profile { get; init; }

    /// <summary>Format of the records: <c>csv</c>, <c>jsonl</c> or <c>text</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Higher goes first; 0 is usual.</summary>
    public int Priority { get; init; }

    /// <summary>The card objects in the issuer's format, sealed (purpose <c>submission</c>, subject = the job's name).</summary>
    public required byte[] SealedRecords { get; init; }

    /// <summary>True when the job has no further submissions.</summary>
    public bool IsLast { get; init; }
}
