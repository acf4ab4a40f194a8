namespace PersoMesh.PostgresSagas.Tests.Support;

/// <summary>A clock that shows what a test sets. Timers run by the real one.</summary>
sealed class SetTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
