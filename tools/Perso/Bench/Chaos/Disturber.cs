using PersoMesh.Perso.Mesh;
using PersoMesh.PrivateServers;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>Disturbs a mesh: the seed decides what, one thing after the other.</summary>
sealed class Disturber(MeshRunOptions options, MeshRunState state, PrivateBroker broker, PrivateDatabase database, MessageRepeater repeater, int seed, Action<string> say)
{
    const string Gateway = "station-gateway-emv";
    const int MostRepeats = 60;

    static readonly string[] Killable = ["controller", "ingest", "translator", "support", "security", "controller", "ingest"];

    readonly Random _random = new(seed);
    readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    MeshRunState _state = state;
    PrivateBroker _broker = broker;

    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Disturbs until it is told to stop; a disturbance that has begun is ended first.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500, 3000)), stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ReviveAsync();
            await DisturbAsync();
        }
    }

    /// <summary>Does a supervisor's work: starts what has ended by itself.</summary>
    public async Task ReviveAsync()
    {
        foreach (var ended in _state.Services.Where(service => !DetachedProcess.IsRunning(service.ProcessId)).ToArray())
        {
            Note($"started again {ended.Name}");
            _state = await MeshRun.RestartAsync(options, _state, ended.Name, CancellationToken.None);
        }
    }

    Task DisturbAsync() => _random.Next(100) switch
    {
        < 45 => KillAsync(Killable[_random.Next(Killable.Length)]),
        < 52 => KillAsync(Gateway),
        < 80 => RepeatAsync(),
        < 92 => CutAsync(),
        < 96 => RestartDatabaseAsync(),
        _ => RestartBrokerAsync(),
    };

    async Task KillAsync(string service)
    {
        Note($"killed {service}");
        await DetachedProcess.KillAsync(_state.Services.First(process => process.Name == service).ProcessId);
        await Task.Delay(_random.Next(0, 2000));
        _state = await MeshRun.RestartAsync(options, _state, service, CancellationToken.None);
    }

    async Task RepeatAsync()
    {
        var sent = await repeater.RepeatAsync(_random, _random.Next(MostRepeats / 4, MostRepeats), CancellationToken.None);
        Note("messages repeated", sent);
    }

    async Task CutAsync()
    {
        try
        {
            var connections = await _broker.ListConnectionsAsync(CancellationToken.None);
            if (connections.Count == 0)
                return;
            await _broker.CloseConnectionAsync(connections[_random.Next(connections.Count)], CancellationToken.None);
            Note("connections cut");
        }
        catch (HttpRequestException)
        {
            // The management plugin is a step behind the broker after a restart.
        }
    }

    async Task RestartDatabaseAsync()
    {
        Note("database crashed");
        await database.CrashAsync();
        await Task.Delay(_random.Next(0, 3000));
        await database.RestartAsync(CancellationToken.None);
        _state = _state with { Database = database.State };
        await MeshRun.SaveAsync(options.Folder, _state);
    }

    async Task RestartBrokerAsync()
    {
        Note("broker crashed");
        await _broker.CrashAsync();
        await Task.Delay(_random.Next(0, 2000));
        _broker = await PrivateBroker.StartAsync(_broker.State.Folder, CancellationToken.None);
        _state = _state with { Broker = _broker.State };
        await MeshRun.SaveAsync(options.Folder, _state);
    }

    void Note(string disturbance, int count = 1)
    {
        _counts[disturbance] = _counts.GetValueOrDefault(disturbance) + count;
        say($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {disturbance}{(count > 1 ? $" ({count})" : "")}");
    }
}
