using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Dispatch;

/// <summary>Matches waiting stations to ready cards: by pool, then priority, then order. Every verb may be repeated with the same result.</summary>
public interface ICardDispatcher
{
    /// <summary>Adds ready cards; a card object that is already known is left alone.</summary>
    /// <returns>Sessions that waited and now have a card: each must be told by <see cref="CardReserved"/>.</returns>
    ValueTask<IReadOnlyList<Guid>> AddAsync(JobReference job, IReadOnlyList<ReadyCard> cards, CancellationToken cancellationToken);

    /// <summary>The card for a session, or null when none is ready: the session then waits in its pool.</summary>
    ValueTask<AssignedCard?> ClaimAsync(Guid sessionId, string pool, CancellationToken cancellationToken);

    /// <summary>Ends a session's claim. A rejected card object becomes ready again while it has attempts left.</summary>
    ValueTask<ReleasedCard> ReleaseAsync(Guid sessionId, Verdict verdict, CancellationToken cancellationToken);

    /// <summary>Counts a wrong card cryptogram (or, with false, a right one, which forgets the wrong ones before it).</summary>
    /// <returns>True when the pool's budget is spent: it gets no more cards until an operator resumes it.</returns>
    ValueTask<bool> CountCryptogramAsync(string pool, bool wrong, CancellationToken cancellationToken);
}

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
