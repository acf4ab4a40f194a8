using PersoMesh.PrivateServers;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>Disturbs a mesh: the seed decides what, one thing after the other.</summary>
sealed class Disturber(MeshSupervisor mesh, MessageRepeater repeater, int seed, Action<string> say)
{
    const string Gateway = "station-gateway-emv";
    const int MostRepeats = 60;
    const int MostFilled = 1500;

    /// <summary>The queue of each service that gets most of its messages.</summary>
    public static readonly IReadOnlyDictionary<string, string> Queues = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["controller"] = "card-session",
        ["ingest"] = "ingest-outcomes",
        ["security"] = "security-session",
        ["translator"] = "translator",
    };

    static readonly string[] Killable = ["controller", "ingest", "translator", "support", "security", "controller", "ingest"];

    readonly Random _random = new(seed);
    readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Disturbs until it is told to stop; a disturbance that has begun is ended first.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(1000, 7000)), stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await ReviveAsync();
            await DisturbAsync();
        }
    }

    /// <summary>Starts what has ended by itself.</summary>
    public async Task ReviveAsync()
    {
        foreach (var service in await mesh.ReviveAsync())
            Note($"started again {service}");
    }

    Task DisturbAsync() => _random.Next(100) switch
    {
        < 45 => KillAsync(Killable[_random.Next(Killable.Length)]),
        < 52 => KillAsync(Gateway),
        < 76 => RepeatAsync(),
        < 81 => FillAsync(Queues.Keys.ElementAt(_random.Next(Queues.Count))),
        < 92 => CutAsync(),
        < 96 => RestartDatabaseAsync(),
        _ => RestartBrokerAsync(),
    };

    async Task KillAsync(string service)
    {
        Note($"killed {service}");
        await DetachedProcess.KillAsync(mesh.Find(service).ProcessId);
        await Task.Delay(_random.Next(0, 2000));
        await mesh.RestartAsync(service);
    }

    async Task RepeatAsync()
    {
        var sent = await repeater.RepeatAsync(_random, _random.Next(MostRepeats / 4, MostRepeats), CancellationToken.None);
        Note("messages repeated", sent);
    }

    // The service stands still, as one whose machine swaps: its queue fills with what it has seen already.
    async Task FillAsync(string service)
    {
        DetachedProcess.Pause(mesh.Find(service).ProcessId);
        try
        {
            var filled = await repeater.FillAsync(Queues[service], _random.Next(MostFilled / 3, MostFilled), CancellationToken.None);
            Note($"queue filled of {service}");
            Note("messages repeated", filled);
            await Task.Delay(_random.Next(500, 3000));
        }
        finally
        {
            DetachedProcess.Resume(mesh.Find(service).ProcessId);
        }
    }

    async Task CutAsync()
    {
        try
        {
            var broker = PrivateBroker.Attach(mesh.State.Broker!);
            var connections = await broker.ListConnectionsAsync(CancellationToken.None);
            if (connections.Count == 0)
                return;
            await broker.CloseConnectionAsync(connections[_random.Next(connections.Count)], CancellationToken.None);
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
        var database = PrivateDatabase.Attach(mesh.State.Database!);
        await database.CrashAsync();
        await Task.Delay(_random.Next(0, 3000));
        await database.RestartAsync(CancellationToken.None);
        await mesh.NoteAsync(mesh.State with { Database = database.State });
    }

    async Task RestartBrokerAsync()
    {
        Note("broker crashed");
        var broker = PrivateBroker.Attach(mesh.State.Broker!);
        await broker.CrashAsync();
        await Task.Delay(_random.Next(0, 2000));
        broker = await PrivateBroker.StartAsync(broker.State.Folder, CancellationToken.None);
        await mesh.NoteAsync(mesh.State with { Broker = broker.State });
    }

    void Note(string disturbance, int count = 1)
    {
        _counts[disturbance] = _counts.GetValueOrDefault(disturbance) + count;
        say($"{TimeProvider.System.GetUtcNow():HH:mm:ss} {disturbance}{(count > 1 ? $" ({count})" : "")}");
    }
}
