using System.Collections.Concurrent;

namespace PersoMesh.Pcsc.Tests.Fakes;

/// <summary>A clock on which waiting takes no time: a timer goes off at once, and the clock has moved on by what it was set to.</summary>
sealed class InstantTime : TimeProvider
{
    long _ticks;

    /// <summary>What was waited for.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan duration) => Interlocked.Add(ref _ticks, duration.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Enqueue(dueTime);
        Advance(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
