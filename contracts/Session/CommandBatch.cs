namespace PersoMesh.Contracts.Session;

/// <summary>Controller to a station's queue: send these commands to the card, in order, once.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">Number of the batch in its session, from 1. A station answers a repeat from its journal.</param>
/// <param name="Reader">The reader that has the card.</param>
/// <param name="Commands">The commands.</param>
public sealed record CommandBatch(Guid SessionId, int Sequence, string Reader, IReadOnlyList<CardCommand> Commands);

/// <summary>Station to Controller: what became of a <see cref="CommandBatch"/>.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">Number of the batch.</param>
/// <param name="Outcome">The card's answers.</param>
public sealed record BatchResult(Guid SessionId, int Sequence, BatchOutcome Outcome);

/// <summary>Controller to a station's queue: the session is over; put the card where its verdict says.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Reader">The reader that has the card.</param>
/// <param name="Verdict">What became of the physical card.</param>
public sealed record FormatComplete(Guid SessionId, string Reader, Verdict Verdict);

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
