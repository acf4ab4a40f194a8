namespace PersoMesh.Contracts.Session;

/// <summary>Controller to a station's queue: send these commands to the card, in order, once.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">Number of the batch in its session, from 1. A station answers a repeat from its journal.</param>
/// <param name="Reader">The reader that has the card.</param>
/// <param name="Commands">The commands.</param>
/// <param name="MayResume">
/// True when the session can go on after the contact to the card was lost: the station then resets a card that was not taken out, and says
/// <see cref="CardFault.ContactLost"/>.
/// </param>
public sealed record CommandBatch(Guid SessionId, int Sequence, string Reader, IReadOnlyList<CardCommand> Commands, bool MayResume = false);

/// <summary>Station to Controller: what became of a <see cref="CommandBatch"/>.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">Number of the batch.</param>
/// <param name="Outcome">The card's answers.</param>
public sealed record BatchResult(Guid SessionId, int Sequence, BatchOutcome Outcome);

/// <summary>Controller to a station's queue: the session is over; put the card where its verdict says.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Reader">The reader that has the card.</param>
/// <param name="Verdict">What became of the physical card.</param>
/// <param name="JournalHeard">
/// True when the Controller has heard what the station knows. An unresolved verdict without it came of silence: the station holds the card and
/// answers with <see cref="SessionOutcomeReported"/> first.
/// </param>
public sealed record FormatComplete(Guid SessionId, string Reader, Verdict Verdict, bool JournalHeard = false);

/// <summary>
/// Station to Controller: what the station's journal says of a session whose outcome the Controller may not know: sent after a restart, and in
/// answer to an unresolved verdict that came of silence. Repeated until a <see cref="FormatComplete"/> answers. The station sends no further
/// command of this session to the card.
/// </summary>
public sealed record SessionOutcomeReported
{
    /// <summary>The session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The station's name; also the name of its queue.</summary>
    public required string Station { get; init; }

    /// <summary>The reader that has, or had, the card.</summary>
    public required string Reader { get; init; }

    /// <summary>Number of the last batch that was begun, from 1; 0 when none was: nothing was written to the card.</summary>
    public int Sequence { get; init; }

    /// <summary>What became of that batch; null when none was begun.</summary>
    public BatchOutcome? Outcome { get; init; }
}

/// <summary>Station to Controller: the blank card of a session that waits will not be used: the station stops, or the card was taken out.</summary>
/// <param name="SessionId">The session; one that has a card object already goes on.</param>
public sealed record StationWithdrawn(Guid SessionId);

/// <summary>What became of a physical card.</summary>
public enum Verdict
{
    /// <summary>Personalized completely.</summary>
    Good,

    /// <summary>Known not to be complete; to be destroyed.</summary>
    Rejected,

    /// <summary>Nobody can know; to be kept apart until it is resolved.</summary>
    Unresolved,
}
