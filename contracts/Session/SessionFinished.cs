namespace PersoMesh.Contracts.Session;

/// <summary>Event to the issuer: a card object is on a good card.</summary>
public sealed record CardPersonalized(SessionSummary Session);

/// <summary>Event to the issuer: a session ended without a good card.</summary>
/// <param name="Session">What happened.</param>
/// <param name="Verdict">Rejected or unresolved.</param>
/// <param name="Reason">APDU header, its place and the status word, or what else went wrong; never data.</param>
/// <param name="WillRetry">True when the card object waits for the next blank card.</param>
public sealed record CardFailed(SessionSummary Session, Verdict Verdict, string Reason, bool WillRetry);

/// <summary>A session for reports.</summary>
public sealed record SessionSummary
{
    /// <summary>The session.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The card object.</summary>
    public required string CardObjectId { get; init; }

    /// <summary>Chip serial number, hexadecimal; null when the card told none.</summary>
    public string? CardSerial { get; init; }

    /// <summary>The station.</summary>
    public required string Station { get; init; }

    /// <summary>The reader.</summary>
    public required string Reader { get; init; }

    /// <summary>When the card was assigned.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>From assignment to verdict.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Command APDUs that the card answered.</summary>
    public required int ApduCount { get; init; }

    /// <summary>Number of this session among its card object's, from 1.</summary>
    public required int Attempt { get; init; }
}

/// <summary>Event: a pool gets no more cards until an operator has looked.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Reason">Why, and what to do.</param>
public sealed record PoolStopped(string Pool, string Reason);

/// <summary>Controller to itself: a session's state has lasted longer than it may.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="State">The state that was timed.</param>
public sealed record SessionDeadlinePassed(Guid SessionId, string State);

/// <summary>Controller to itself: a session that waited for a card has one now.</summary>
/// <param name="SessionId">The session.</param>
public sealed record CardReserved(Guid SessionId);
