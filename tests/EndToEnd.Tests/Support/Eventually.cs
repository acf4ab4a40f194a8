using System.Diagnostics;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>Waits for what must come about, up to a deadline.</summary>
static class Eventually
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is true.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? within = null)
    {
        var deadline = within ?? Deadline;
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(Interval))
            Assert.True(waited.Elapsed < deadline, $"Not within {deadline.TotalSeconds:0} s: {otherwise()}");
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, Func{string}, TimeSpan?)"/>
    public static Task TrueAsync(Func<bool> condition, Func<string> otherwise) => TrueAsync(() => Task.FromResult(condition()), otherwise);
}
