namespace PersoMesh.StationGateway.Tests.Processes;

/// <summary>A gateway whose supervisor starts it again when it ends by itself, as one does that has lost its consumer (docs/operating.md).</summary>
sealed class SupervisedGateway(Func<Task<GatewayProcess>> start) : IAsyncDisposable
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    GatewayProcess? _gateway;

    public async Task StartAsync() => _gateway = await start();

    /// <summary>Supervises until something has come about.</summary>
    public async Task<T> WhileAsync<T>(Func<Task<T>> action)
    {
        var awaited = action();
        while (await Task.WhenAny(awaited, Task.Delay(Interval)) != awaited)
        {
            if (!_gateway!.HasEnded)
                continue;
            await _gateway.DisposeAsync();
            await StartAsync();
        }

        return await awaited;
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
    }
}
