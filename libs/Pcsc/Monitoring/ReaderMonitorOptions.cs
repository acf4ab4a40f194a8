namespace PersoMesh.Pcsc;

/// <summary>How <see cref="ReaderMonitor"/> watches.</summary>
public sealed record ReaderMonitorOptions
{
    /// <summary>
    /// After how long without an event the readers are listed again, 5 s by default. pcsc-lite before 2.3 can miss a reader that comes
    /// between the listing and the waiting; everything else is told at once and does not need this.
    /// </summary>
    public TimeSpan ListInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait before looking for a lost service again; doubles up to <see cref="LongestRetryDelay"/>.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest such wait, 2 s by default.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromSeconds(2);
}
