using PersoMesh.Contracts.Preparation;

namespace PersoMesh.Contracts.Jobs;

/// <summary>What an operator wants of a job.</summary>
public enum JobControl
{
    /// <summary>Its cards go to stations.</summary>
    Active,

    /// <summary>No further card goes to a station until it is resumed; sessions under way go on.</summary>
    Paused,

    /// <summary>No further card is made; sessions under way go on.</summary>
    Cancelled,
}

/// <summary>Command to the Controller: how a job is to be treated from now on. An older version than the one it has is ignored.</summary>
/// <param name="Job">The job, with the priority that it has now.</param>
/// <param name="Control">What is wanted.</param>
/// <param name="Version">Counts the changes of a job, from 1.</param>
public sealed record ControlJob(JobReference Job, JobControl Control, int Version);

/// <summary>Command to the Controller: make card objects again that used up their attempts or were cancelled.</summary>
/// <param name="JobId">The job.</param>
/// <param name="CardObjectIds">The cards; others than rejected or cancelled ones are left alone.</param>
public sealed record RemakeCards(Guid JobId, IReadOnlyList<string> CardObjectIds);

/// <summary>Command to the Controller: an operator has looked at a card whose outcome nobody could know.</summary>
/// <param name="JobId">The job.</param>
/// <param name="CardObjectId">The card object; one that is not unresolved is left alone.</param>
/// <param name="IsGood">True: the card works and was kept. False: it was destroyed, and another one may be made.</param>
public sealed record ResolveCard(Guid JobId, string CardObjectId, bool IsGood);

/// <summary>Command to the Controller: a stopped pool gets cards again.</summary>
/// <param name="Pool">The pool.</param>
public sealed record ResumePool(string Pool);

/// <summary>Event: ready card objects of a cancelled job were taken back before any session.</summary>
/// <param name="JobId">The job.</param>
/// <param name="CardObjectIds">The cards.</param>
public sealed record CardsWithdrawn(Guid JobId, IReadOnlyList<string> CardObjectIds);

/// <summary>Event: card objects wait for a station again, by an operator's order.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Cards">The cards.</param>
public sealed record CardsRemade(Guid JobId, IReadOnlyList<RemadeCard> Cards);

/// <summary>A card object that gets further attempts.</summary>
/// <param name="CardObjectId">The card object.</param>
/// <param name="Attempts">Sessions that it had cost by then: reports of later ones are newer than the order.</param>
public sealed record RemadeCard(string CardObjectId, int Attempts);

/// <summary>Event: an unresolved card object has an outcome.</summary>
/// <param name="JobId">The job.</param>
/// <param name="CardObjectId">The card object.</param>
/// <param name="IsGood">True: it is on a good card. False: it waits for a station again.</param>
/// <param name="Attempts">Sessions that it had cost by then.</param>
public sealed record CardResolved(Guid JobId, string CardObjectId, bool IsGood, int Attempts);

/// <summary>Event: a pool that was stopped gets cards again.</summary>
/// <param name="Pool">The pool.</param>
public sealed record PoolResumed(string Pool);
