using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Dispatch;

/// <summary>
/// Matches waiting stations to ready cards: by pool, then the jobs' priority and age, then the order of the cards in their job. Every verb
/// may be repeated with the same result.
/// </summary>
public interface ICardDispatcher
{
    /// <summary>Adds ready cards; a card object that is already known is left alone.</summary>
    /// <returns>Sessions that waited and now have a card: each must be told by <see cref="CardReserved"/>.</returns>
    ValueTask<IReadOnlyList<Guid>> AddAsync(JobReference job, IReadOnlyList<ReadyCard> cards, CancellationToken cancellationToken);

    /// <summary>The card for a session, or null when none is ready: the session then waits in its pool, in the place of an older one there.</summary>
    ValueTask<AssignedCard?> ClaimAsync(WaitingReader reader, CancellationToken cancellationToken);

    /// <summary>
    /// A session that was sent nothing yet stops waiting; a card that it was given meanwhile goes back as if it had not been. One that is over gets no card
    /// any more, whatever was under way for it at the same moment.
    /// </summary>
    ValueTask<IReadOnlyList<Guid>> LeaveAsync(Guid sessionId, bool isOver, CancellationToken cancellationToken);

    /// <summary>Ends a session's claim. A rejected card object becomes ready again while it has attempts left.</summary>
    ValueTask<ReleasedCard> ReleaseAsync(Guid sessionId, Verdict verdict, CancellationToken cancellationToken);

    /// <summary>Counts a session's wrong card cryptogram (or, with false, a right one, which forgets the wrong ones before it).</summary>
    /// <returns>True when the pool's budget is spent: it gets no more cards until an operator resumes it.</returns>
    ValueTask<bool> CountCryptogramAsync(Guid sessionId, string pool, bool wrong, CancellationToken cancellationToken);

    /// <summary>A stopped pool gets cards again.</summary>
    ValueTask<IReadOnlyList<Guid>> ResumePoolAsync(string pool, CancellationToken cancellationToken);

    /// <summary>Pauses, resumes or cancels a job and sets its priority; an older version than the last one changes nothing.</summary>
    ValueTask<IReadOnlyList<Guid>> ControlAsync(JobReference job, JobControl control, int version, CancellationToken cancellationToken);

    /// <summary>Ready cards of cancelled jobs; they stay until <see cref="WithdrawAsync"/>.</summary>
    ValueTask<IReadOnlyList<CardsWithdrawn>> FindCancelledAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Takes ready cards of a cancelled job back.</summary>
    ValueTask WithdrawAsync(CardsWithdrawn cards, CancellationToken cancellationToken);

    /// <summary>Gives rejected and withdrawn cards their attempts again.</summary>
    /// <returns>Those that were remade, now or when this was asked before.</returns>
    ValueTask<RemadeCards> RemakeAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken);

    /// <summary>Settles an unresolved card object: it is good, or another card may be made.</summary>
    /// <returns>Null when there is no such card object or it never was unresolved.</returns>
    ValueTask<RemadeCards?> ResolveAsync(Guid jobId, string cardObjectId, bool isGood, CancellationToken cancellationToken);

    /// <summary>Destroys what a job's cards are made of; none of them can be made from then on.</summary>
    ValueTask DestroyDataAsync(Guid jobId, CancellationToken cancellationToken);
}

/// <summary>A blank card that waits.</summary>
/// <param name="SessionId">Its session.</param>
/// <param name="Pool">Which kind of card it is.</param>
/// <param name="Place">Station and reader: a place has one card.</param>
public sealed record WaitingReader(Guid SessionId, string Pool, string Place);

/// <summary>A card object given to a session.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Card">The card.</param>
/// <param name="Attempt">Number of this session among the card object's, from 1.</param>
/// <param name="Waited">How long it was ready.</param>
public sealed record AssignedCard(JobReference Job, ReadyCard Card, int Attempt, TimeSpan Waited);

/// <summary>What became of a released card object.</summary>
/// <param name="WillRetry">True when it is ready again.</param>
/// <param name="Woken">Sessions that waited and now have a card.</param>
public sealed record ReleasedCard(bool WillRetry, IReadOnlyList<Guid> Woken);

/// <summary>Card objects that an operator's order made ready again.</summary>
/// <param name="Cards">The card objects with the sessions that each had cost by then.</param>
/// <param name="Woken">Sessions that waited and now have a card.</param>
public sealed record RemadeCards(IReadOnlyList<RemadeCard> Cards, IReadOnlyList<Guid> Woken);
