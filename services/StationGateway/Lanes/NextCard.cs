using System.Diagnostics;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>The session of the card after the one in work, and its card object if it has come already. Thread-safe: it comes while the lane is busy.</summary>
sealed class NextCard(Guid session)
{
    readonly Lock _gate = new();
    Guid _session = session;
    BookedCard? _booked;

    /// <summary>Which blank it will be; null when nobody knows.</summary>
    public BlankForecast? Blank { get; private set; }

    /// <summary>When the Controller was asked for it last; null for never since the start.</summary>
    public long? AskedAt { get; set; }

    /// <summary>True while the Controller has not sent a card object.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_gate)
                return _session != Guid.Empty && _booked is null;
        }
    }

    public void Await(Guid session, BlankForecast? blank)
    {
        lock (_gate)
            (_session, _booked, Blank, AskedAt) = (session, null, blank, null);
    }

    /// <summary>Keeps a card object that is for it.</summary>
    /// <returns>False when it is for another session.</returns>
    public bool Offer(CardAssigned assigned)
    {
        lock (_gate)
        {
            if (_session == Guid.Empty || assigned.SessionId != _session)
                return false;
            _booked = new BookedCard(assigned, Activity.Current?.Context ?? default);
            return true;
        }
    }

    /// <summary>The card is there: its card object, if one came, is no longer kept here.</summary>
    public BookedCard? Take()
    {
        lock (_gate)
        {
            var booked = _booked;
            (_session, _booked, Blank) = (Guid.Empty, null, null);
            return booked;
        }
    }
}

/// <summary>A card object that came before its card.</summary>
/// <param name="Assigned">The message.</param>
/// <param name="Trace">The trace that it belongs to.</param>
sealed record BookedCard(CardAssigned Assigned, ActivityContext Trace);
