using System.Collections.Concurrent;

namespace PersoMesh.Controller.Sessions;

/// <summary>Until when each session's state may last. Thread-safe.</summary>
public sealed class SessionDeadlines(TimeProvider time)
{
    readonly ConcurrentDictionary<Guid, Deadline> _deadlines = new();

    /// <summary>Sets the deadline of a session's state; replaces that of the state before.</summary>
    public void Set(Guid sessionId, string state, TimeSpan within) => _deadlines[sessionId] = new Deadline(state, time.GetUtcNow() + within);

    public void Clear(Guid sessionId) => _deadlines.TryRemove(sessionId, out _);

    /// <summary>Takes the deadlines that have passed.</summary>
    public IReadOnlyList<(Guid SessionId, string State)> TakePassed()
    {
        var now = time.GetUtcNow();
        List<(Guid, string)> passed = [];
        foreach (var (sessionId, deadline) in _deadlines)
        {
            if (deadline.At <= now && _deadlines.TryRemove(new(sessionId, deadline)))
                passed.Add((sessionId, deadline.State));
        }

        return passed;
    }

    sealed record Deadline(string State, DateTimeOffset At);
}
