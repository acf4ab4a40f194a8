namespace PersoMesh.Contracts.Session;

/// <summary>Controller to a station's queue: send these commands to the card, in order, once.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">Number of the batch in its session, from 1. A station answers a repeat from its journal.</param>
/// <param name="Reader">The reader that has the card.</param>
/// <param name="Commands">The commands.</param>
/// <param name="IsGoodWhenDone">
/// True when the card is good once every command was answered as expected: the station then puts it on that pile and goes on with the next one
/// before anybody has answered its <see cref="BatchResult"/>.
/// </param>
/// <param name="MayResume">
/// True when the session can go on after the contact to the card was lost: the station then resets a card that was not taken out, and says
/// <see cref="CardFault.ContactLost"/>.
/// </param>
public sealed record CommandBatch(
    Guid SessionId, int Sequence, string Reader, IReadOnlyList<CardCommand> Commands, bool IsGoodWhenDone = false, bool MayResume = false);

/// <summary>Station to Controller: what became of a <see cref="CommandBatch"/>.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">Number of the batch.</param>
/// <param name="Outcome">The card's answers.</param>
public sealed record BatchResult(Guid SessionId, int Sequence, BatchOutcome Outcome)
{
    /// <summary>What the card answered to the opening, when the batch came with the assignment; null otherwise.</summary>
    public BatchOutcome? Opening { get; init; }

    /// <summary>
    /// Where the card was that is on the good pile already, because it was good when done; null while the station waits for a verdict. The
    /// message is repeated until a <see cref="FormatComplete"/> answers.
    /// </summary>
    public CardPlace? StackedFrom { get; init; }
}

/// <summary>A reader.</summary>
/// <param name="Station">The station's name; also the name of its queue.</param>
/// <param name="Reader">The reader's name, unique in its station.</param>
public sealed record CardPlace(string Station, string Reader);

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

    /// <summary>What the card answered to the opening; null when it was not opened.</summary>
    public BatchOutcome? Opening { get; init; }
}

/// <summary>Station to Controller: the blank card of a session that waits will not be used: the station stops, or the card was taken out.</summary>
/// <param name="SessionId">The session; one that has a card object already goes on, unless <paramref name="IsFinal"/>.</param>
/// <param name="IsFinal">
/// True when no blank had come for it yet: no command of this session has reached a card, and none will, also when a card object is on its way.
/// </param>
public sealed record StationWithdrawn(Guid SessionId, bool IsFinal = false);

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
