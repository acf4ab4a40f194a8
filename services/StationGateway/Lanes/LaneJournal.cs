using System.Diagnostics.CodeAnalysis;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>What a lane has done in its present session, and which session it finished last: a batch is never sent to a card twice.</summary>
sealed class LaneJournal
{
    readonly Dictionary<int, BatchOutcome> _outcomes = [];
    Guid _session;

    /// <summary>The session whose verdict was carried out last.</summary>
    public Guid LastFinished { get; private set; }

    public bool TryFind(Guid session, int sequence, [NotNullWhen(true)] out BatchOutcome? outcome)
    {
        outcome = null;
        return session == _session && _outcomes.TryGetValue(sequence, out outcome);
    }

    public void Write(Guid session, int sequence, BatchOutcome outcome)
    {
        if (session != _session)
            _outcomes.Clear();
        _session = session;
        _outcomes[sequence] = outcome;
    }

    public void Finish(Guid session)
    {
        LastFinished = session;
        _outcomes.Clear();
    }
}
