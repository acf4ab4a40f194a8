namespace PersoMesh.Contracts.Session;

/// <summary>Station to Controller: a blank card waits in a reader. Starts a session under an identifier that the station chose.</summary>
public record StationReady
{
    /// <summary>Identifier of the session that this card will have. The station repeats the message under the same one until it is answered.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>The station's name; also the name of its queue.</summary>
    public required string Station { get; init; }

    /// <summary>The reader's name, unique in its station.</summary>
    public required string Reader { get; init; }

    /// <summary>Which kind of card waits.</summary>
    public required string Pool { get; init; }

    /// <summary>The card's answer to reset; empty while it is not there.</summary>
    public required byte[] Atr { get; init; }

    /// <summary>
    /// True while the blank is not there, because the card before it is in work: a card object may be assigned already, and is given back when
    /// no blank comes.
    /// </summary>
    public bool IsAhead { get; init; }

    /// <summary>Which blank it will be, where the station knows; null otherwise.</summary>
    public BlankForecast? Blank { get; init; }
}

/// <summary>A blank card that no reader has opened yet, as its supplier's list or the feeding machine tells it apart.</summary>
/// <param name="KeyDiversificationData">10 bytes, as INITIALIZE UPDATE will return them.</param>
/// <param name="SequenceCounter">The key set's sequence counter as it stands in the card now: 0 in a fresh one.</param>
public sealed record BlankForecast(byte[] KeyDiversificationData, int SequenceCounter);

/// <summary>
/// Station to Controller: the verdict on the last card was carried out, and the next blank card waits: acknowledgement and
/// <see cref="StationReady"/> in one message. Both sessions' state machines receive it.
/// </summary>
public sealed record NextCardReady : StationReady
{
    /// <summary>The session whose <see cref="FormatComplete"/> is acknowledged.</summary>
    public required Guid AcknowledgedSessionId { get; init; }
}

/// <summary>Station to Controller: the verdict on the card was carried out, and no further card waits.</summary>
/// <param name="SessionId">The session.</param>
public sealed record FormatCompleteAcknowledged(Guid SessionId);
