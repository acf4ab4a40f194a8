namespace PersoMesh.Pcsc.Tests.Support;

/// <summary>Reads a monitor's events one after the other and remembers them.</summary>
sealed class Watch : IAsyncDisposable
{
    readonly CancellationTokenSource _end = new();
    readonly IAsyncEnumerator<ReaderEvent> _events;
    Task<bool> _move = Task.FromResult(true);

    public Watch(ReaderMonitor monitor) => _events = monitor.WatchAsync(_end.Token).GetAsyncEnumerator(CancellationToken.None);

    /// <summary>What has been read.</summary>
    public List<ReaderEvent> Seen { get; } = [];

    /// <summary>Reads up to and including the first event of a kind.</summary>
    public async Task<T> UntilAsync<T>(Func<T, bool>? condition = null)
        where T : ReaderEvent
    {
        while (true)
        {
            if (await NextAsync() is T found && condition?.Invoke(found) != false)
                return found;
        }
    }

    public async Task<ReaderEvent> NextAsync()
    {
        try
        {
            _move = _events.MoveNextAsync().AsTask();
            Assert.True(await _move.InTimeAsync(), "the monitor has ended");
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No further event came after: {string.Join("; ", Seen)}");
        }

        Seen.Add(_events.Current);
        return _events.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await ((Task)_move).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _events.DisposeAsync();
        _end.Dispose();
    }
}
