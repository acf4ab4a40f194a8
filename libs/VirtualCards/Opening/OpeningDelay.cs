namespace PersoMesh.VirtualCards.Opening;

/// <summary>
/// How long a try to open an image has to wait: not at all at first, then one second after the first failure, two after the second, and
/// so on up to a quarter of an hour. A day without a try is forgotten. Thread-safe.
/// </summary>
/// <remarks>Tries that arrive together queue up: each counts as failed until it has succeeded, so one that is broken off counts, too.</remarks>
sealed class OpeningDelay(FailureCounts counts, TimeProvider time)
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>Counts a try and says how long it waits; null when so many wait already that this one is refused.</summary>
    public TimeSpan? Reserve(string identifier)
    {
        TimeSpan? wait = null;
        counts.Change(identifier, count =>
        {
            var now = time.GetUtcNow();
            if (now - count.NextTry > Forgotten)
                count = default;
            var start = count.NextTry > now ? count.NextTry : now;
            if (start - now > Longest)
                return count;
            wait = start - now;
            var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(count.Failures, 20)));
            return new(count.Failures + 1, start + (pause < Longest ? pause : Longest));
        });
        return wait;
    }

    public void Succeeded(string identifier) => counts.Change(identifier, _ => default);
}
