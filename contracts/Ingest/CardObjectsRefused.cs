namespace PersoMesh.Contracts.Ingest;

/// <summary>Event: card objects that will not be personalized. The rest of their job goes on.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Refusals">One per card object.</param>
public sealed record CardObjectsRefused(Guid JobId, IReadOnlyList<Refusal> Refusals);

/// <summary>Why one record was refused. Names the place, never the content.</summary>
/// <param name="RecordNumber">Position in the job's input, from 1.</param>
/// <param name="CardObjectId">Identifier, or null when the record has none.</param>
/// <param name="Field">The field at fault, or null when it is the record as a whole.</param>
/// <param name="Reason">What is wrong and what to do.</param>
public sealed record Refusal(long RecordNumber, string? CardObjectId, string? Field, string Reason);
