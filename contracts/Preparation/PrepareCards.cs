using PersoMesh.Contracts.Session;

namespace PersoMesh.Contracts.Preparation;

/// <summary>Command to Security: compute every secret of a chunk of cards, so that they are ready to be personalized.</summary>
/// <param name="Job">The job.</param>
/// <param name="Cards">The cards.</param>
public sealed record PrepareCards(JobReference Job, IReadOnlyList<TranslatedCard> Cards);

/// <summary>A card with its script, before its secrets are computed.</summary>
/// <param name="CardObjectId">Unique identifier.</param>
/// <param name="RecordNumber">Position in the job's input, from 1.</param>
/// <param name="Opening">How its session opens.</param>
/// <param name="SealedScript"><see cref="PersonalizationScript"/>, JSON, sealed (purpose <c>script</c>, subject = identifier).</param>
/// <param name="SealedModules"><see cref="ModuleData"/>, JSON, sealed (purpose <c>modules</c>, subject = identifier).</param>
public sealed record TranslatedCard(string CardObjectId, long RecordNumber, ChannelOpening Opening, byte[] SealedScript, byte[] SealedModules);

/// <summary>The first commands of a session, before any secret is involved.</summary>
/// <param name="SecurityDomain">AID to select.</param>
/// <param name="KeyVersion">Key version number for INITIALIZE UPDATE; 0 = the card's first.</param>
/// <param name="Commands">
/// For a card without a secure channel: the commands instead of those; the second identifies the chip, the last tells Security what it must know.
/// </param>
public sealed record ChannelOpening(byte[] SecurityDomain, byte KeyVersion, IReadOnlyList<CardCommand>? Commands = null);

/// <summary>Command to the Controller: cards that may go to a station.</summary>
/// <param name="Job">The job.</param>
/// <param name="Cards">The cards, in the order in which they should be made.</param>
public sealed record CardsReady(JobReference Job, IReadOnlyList<ReadyCard> Cards);

/// <summary>A card that waits for a station.</summary>
/// <param name="CardObjectId">Unique identifier.</param>
/// <param name="RecordNumber">Position in the job's input, from 1.</param>
/// <param name="Opening">How its session opens.</param>
/// <param name="SealedScript">As in <see cref="TranslatedCard"/>, with its secrets under an HSM key.</param>
/// <param name="SealedModules">As in <see cref="TranslatedCard"/>.</param>
public sealed record ReadyCard(string CardObjectId, long RecordNumber, ChannelOpening Opening, byte[] SealedScript, byte[] SealedModules);

/// <summary>Event: these card objects are ready; Ingest uses it to account for what it handed on.</summary>
/// <param name="JobId">The job.</param>
/// <param name="CardObjectIds">The cards.</param>
public sealed record CardObjectsPrepared(Guid JobId, IReadOnlyList<string> CardObjectIds);
