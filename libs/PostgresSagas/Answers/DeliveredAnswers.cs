using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace PersoMesh.PostgresSagas.Answers;

/// <summary>
/// Answers that reached the transport while their rows still say unsent. A saga that soon consumes its next message takes its own
/// along in that write; the rest is written in batches. Thread-safe.
/// </summary>
sealed class DeliveredAnswers<TSaga>
{
    readonly ConcurrentDictionary<Guid, ImmutableList<Guid>> _keys = new();

    public void Add(Guid sagaId, params ReadOnlySpan<Guid> keys)
    {
        var added = ImmutableList.Create(keys);
        _keys.AddOrUpdate(sagaId, static (_, added) => added, static (_, known, added) => known.AddRange(added), added);
    }

    /// <summary>Takes the keys of one saga. Who cannot write them gives them back with <see cref="Add"/>.</summary>
    public Guid[] Take(Guid sagaId) => _keys.TryRemove(sagaId, out var keys) ? [.. keys] : [];

    /// <summary>Takes those of some sagas.</summary>
    /// <param name="limit">Number of sagas.</param>
    public Dictionary<Guid, Guid[]> TakeSome(int limit)
    {
        var taken = new Dictionary<Guid, Guid[]>();
        foreach (var (sagaId, _) in _keys)
        {
            if (taken.Count == limit)
                break;
            if (Take(sagaId) is { Length: > 0 } keys)
                taken.Add(sagaId, keys);
        }

        return taken;
    }
}
