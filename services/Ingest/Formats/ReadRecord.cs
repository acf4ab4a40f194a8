namespace PersoMesh.Ingest.Formats;

/// <summary>One record of an issuer's file: its fields, or why it cannot be read; never both.</summary>
/// <param name="RecordNumber">
/// Counted from 1, bad records included, a CSV header not. 0: the file as a whole cannot be read, nothing follows.
/// </param>
/// <param name="LineNumber">The line on which the record begins, from 1.</param>
/// <param name="Fields">Field values by name. Cardholder data.</param>
/// <param name="Fault">Why it cannot be read.</param>
public sealed record ReadRecord(long RecordNumber, long LineNumber, IReadOnlyDictionary<string, string>? Fields, RecordFault? Fault)
{
    /// <summary>Numbers and fault, no values.</summary>
    public override string ToString() => $"record {RecordNumber}, line {LineNumber}: {Fault?.ToString() ?? $"{Fields?.Count} fields"}";
}

/// <summary>Why a record cannot be read. Never quotes the record.</summary>
/// <param name="Field">The field, when it is known and its name can be told from data.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record RecordFault(string? Field, string Reason)
{
    /// <summary>Field and reason: fit for a log and for the issuer.</summary>
    public override string ToString() => Field is null ? Reason : $"{Field}: {Reason}";
}
