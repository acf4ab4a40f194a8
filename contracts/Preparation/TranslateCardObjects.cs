namespace PersoMesh.Contracts.Preparation;

/// <summary>Command to the Translator: turn a chunk of card objects into records and scripts.</summary>
public sealed record TranslateCardObjects
{
    /// <summary>The job of all cards in the chunk.</summary>
    public required JobReference Job { get; init; }

    /// <summary>The cards; a few hundred at most, so that a message stays small.</summary>
    public required IReadOnlyList<CardObject> Cards { get; init; }
}

/// <summary>What travels with every card of a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Name">The job's name.</param>
/// <param name="Profile">Exact profile, <c>name@version</c>.</param>
/// <param name="Pool">Stations that may take the cards.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="MaxAttempts">Sessions that a card object may cost.</param>
public sealed record JobReference(Guid JobId, string Name, string Profile, string Pool, int Priority, int MaxAttempts);

/// <summary>One card object in canonical form.</summary>
/// <param name="CardObjectId">Unique identifier, given by the issuer.</param>
/// <param name="RecordNumber">Position in the job's input, from 1.</param>
/// <param name="SealedFields">Field name to value, JSON, sealed (purpose <c>card-object</c>, subject = identifier).</param>
/// <param name="SealedRecord">
/// <see cref="PreparedRecordReference"/>, JSON, sealed (purpose <c>prepared-record</c>, subject = identifier), when the issuer prepared the
/// card; the fields are then those that stripe, embossing and printing need. Null otherwise.
/// </param>
public sealed record CardObject(string CardObjectId, long RecordNumber, byte[] SealedFields, byte[]? SealedRecord = null);

/// <summary>A record of a file that an issuer prepared (docs/prepared-jobs.md). Travels sealed only.</summary>
/// <param name="Header">The content of the file's header.</param>
/// <param name="Number">The record's number in the file.</param>
/// <param name="Modules">The record without its length.</param>
/// <param name="DataKeys">
/// The file's keys for cardholder data, 32 bytes for each key encryption key of the header, for the Translator; empty on the way to Security,
/// which does not need them.
/// </param>
public sealed record PreparedRecordReference(byte[] Header, long Number, byte[] Modules, byte[] DataKeys);
