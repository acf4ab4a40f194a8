namespace PersoMesh.VirtualCards.Opening;

/// <summary>
/// How long a try to open an image has to wait: not at all at first, then one second after the first failure, two after the second, and
/// so on up to a quarter of an hour. A day without a try is forgotten. Thread-safe.
/// </summary>
/// <remarks>
/// Unknown identifiers wait like known ones, so the number of those that are kept must not depend on what somebody types: identifiers share
/// a fixed number of slots, by a hash that differs with every process. Two that share one can only wait longer. Tries that arrive together
/// queue up: each counts as failed until it has succeeded.
/// </remarks>
sealed class OpeningDelay(TimeProvider time)
{
    const int SlotCount = 1 << 16;
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    readonly Lock _gate = new();
    readonly Slot[] _slots = new Slot[SlotCount];

    /// <summary>Counts a try and says how long it waits; null when so many wait already that this one is refused.</summary>
    public TimeSpan? Reserve(string identifier)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            ref var slot = ref SlotOf(identifier);
            if (now - slot.NextTry > Forgotten)
                slot = default;
            var start = slot.NextTry > now ? slot.NextTry : now;
            if (start - now > Longest)
                return null;
            var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(slot.Failures, 20)));
            slot = new(slot.Failures + 1, start + (pause < Longest ? pause : Longest));
            return start - now;
        }
    }

    public void Succeeded(string identifier)
    {
        lock (_gate)
            SlotOf(identifier) = default;
    }

    // string.GetHashCode is keyed with random bytes of the process: nobody outside can aim at another's slot.
    ref Slot SlotOf(string identifier) => ref _slots[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(identifier) % SlotCount];

    readonly record struct Slot(int Failures, DateTimeOffset NextTry);
}
