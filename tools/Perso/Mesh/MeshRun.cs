using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PersoMesh.Perso.Commands;
using PersoMesh.PrivateServers;

namespace PersoMesh.Perso.Mesh;

/// <summary>Starts and stops a mesh: a broker and every service as its own process.</summary>
static class MeshRun
{
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    /// <summary>Starts a mesh and waits until all services are ready.</summary>
    /// <exception cref="UserErrorException">Something does not start; what had started is stopped again.</exception>
    public static async Task<MeshRunState> UpAsync(MeshRunOptions options, Action<string> progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(options.Folder).FullName;
        if (Find(folder) is { } running && running.Services.Any(service => DetachedProcess.IsRunning(service.ProcessId)))
            throw new UserErrorException($"A mesh runs already in {folder}: 'perso down' stops it.");
        PrivateBroker[] brokers = [];
        PrivateDatabase? database = null;
        List<ServiceProcess> services = [];
        try
        {
            if (options.Broker is null)
            {
                progress(options.BrokerNodes > 1 ? $"starting {options.BrokerNodes} nodes of RabbitMQ" : "starting RabbitMQ");
                brokers = await StartBrokersAsync(Path.Combine(folder, "broker"), options.BrokerNodes, cancellationToken);
            }

            if (options is { IsInMemory: false, Database: null })
            {
                progress("starting PostgreSQL");
                database = await StartDatabaseAsync(folder, cancellationToken);
            }

            progress("starting services");
            var connectionString = database is null ? options.Database : WriteSecret(Path.Combine(folder, "database.connection"), database.ConnectionString("persomesh"));
            var environment = new ServiceEnvironment(options, folder, WriteMeshKey(folder), options.Broker ?? Addresses(brokers.Select(node => node.State)), connectionString);
            var ports = FreePort.Find(environment.Services.Count);
            foreach (var (service, port) in environment.Services.Zip(ports))
                services.Add(Start(service, port, folder));
            var state = new MeshRunState(services.First(service => service.Name == "ingest").Address, brokers.FirstOrDefault()?.State, services, environment.Output)
            {
                FurtherBrokers = [.. brokers.Skip(1).Select(node => node.State)],
                Database = database?.State,
                ConnectionStringFile = connectionString,
            };
            await File.WriteAllTextAsync(StateFile(folder), JsonSerializer.Serialize(state), cancellationToken);
            foreach (var service in services)
                await WaitUntilReadyAsync(service, cancellationToken);
            return state;
        }
        catch (Exception e)
        {
            await StopAsync(services, brokers, database);
            File.Delete(StateFile(folder));
            if (e is InvalidOperationException)
                throw new UserErrorException(e.Message, e);
            throw;
        }
    }

    /// <summary>What runs in a folder, or null.</summary>
    public static MeshRunState? Find(string folder) =>
        File.Exists(StateFile(folder)) ? JsonSerializer.Deserialize<MeshRunState>(File.ReadAllText(StateFile(folder))) : null;

    /// <summary>Stops the mesh of a folder: stations first, the broker last.</summary>
    /// <returns>False when none was noted there.</returns>
    public static async Task<bool> DownAsync(string folder)
    {
        if (Find(folder) is not { } state)
            return false;
        await StopAsync(state.Services, state.Brokers.Select(PrivateBroker.Attach), state.Database is null ? null : PrivateDatabase.Attach(state.Database));
        File.Delete(StateFile(folder));
        return true;
    }

    // Started by root, PostgreSQL runs as another user, who may not enter a folder such as /root.
    static bool IsOpenToOthers(string folder)
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
            return true;
        for (var part = new DirectoryInfo(folder); part is not null; part = part.Parent)
        {
            if (!part.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        }

        return true;
    }

    /// <summary>Starts a service of a mesh again that was killed, with the settings and at the address that it had.</summary>
    public static async Task<MeshRunState> RestartAsync(MeshRunOptions options, MeshRunState state, string name, CancellationToken cancellationToken)
    {
        var broker = options.Broker ?? Addresses(state.Brokers);
        var environment = new ServiceEnvironment(options, options.Folder, WriteMeshKey(options.Folder), broker, state.ConnectionStringFile);
        var before = state.Services.First(service => service.Name == name);
        var started = Start(environment.Services.First(service => service.Name == name), before.Address.Port, options.Folder);
        var now = state with { Services = [.. state.Services.Select(service => service.Name == name ? started : service)] };
        await File.WriteAllTextAsync(StateFile(options.Folder), JsonSerializer.Serialize(now), cancellationToken);
        return now;
    }

    /// <summary>Notes that a mesh has another broker or database process now.</summary>
    public static Task SaveAsync(string folder, MeshRunState state) => File.WriteAllTextAsync(StateFile(folder), JsonSerializer.Serialize(state));

    static string StateFile(string folder) => Path.Combine(folder, "mesh.json");

    static ServiceProcess Start(ServiceStart service, int port, string folder)
    {
        var log = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "log")).FullName, $"{service.Name}.log");
        var address = new Uri($"http://127.0.0.1:{port}");
        var program = Path.Combine(AppContext.BaseDirectory, service.Assembly);
        var processId = DetachedProcess.Start(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            [program, $"--urls={address}"], service.Environment, log);
        return new ServiceProcess(service.Name, processId, address, log);
    }

    static async Task WaitUntilReadyAsync(ServiceProcess service, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = service.Address };
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartTimeout; await Task.Delay(100, cancellationToken))
        {
            if (!DetachedProcess.IsRunning(service.ProcessId))
                break;
            try
            {
                using var response = await http.GetAsync(new Uri("health/ready", UriKind.Relative), cancellationToken);
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        var lastLines = File.Exists(service.Log) ? string.Join(Environment.NewLine, File.ReadLines(service.Log).TakeLast(5)) : "";
        throw new UserErrorException($"{service.Name} did not become ready; its log {service.Log} ends with:{Environment.NewLine}{lastLines}");
    }

    static async Task StopAsync(IReadOnlyList<ServiceProcess> services, IEnumerable<PrivateBroker> brokers, PrivateDatabase? database)
    {
        foreach (var gateway in services.Where(service => service.Name.StartsWith("station-gateway", StringComparison.Ordinal)))
            await DetachedProcess.StopAsync(gateway.ProcessId, StopTimeout);
        await Task.WhenAll(services.Select(service => DetachedProcess.StopAsync(service.ProcessId, StopTimeout)));
        await Task.WhenAll(brokers.Select(broker => broker.StopAsync()));
        if (database is not null)
            await database.StopAsync();
    }

    static async Task<PrivateBroker[]> StartBrokersAsync(string folder, int nodes, CancellationToken cancellationToken) => nodes > 1
        ? [.. await PrivateBrokerCluster.StartAsync(folder, nodes, cancellationToken)]
        : [await PrivateBroker.StartAsync(folder, cancellationToken)];

    static string Addresses(IEnumerable<PrivateBrokerState> nodes) => string.Join(',', nodes.Select(node => $"{PrivateBroker.Host}:{node.AmqpPort}"));

    // A folder that was used before has its data still: the mesh goes on with it.
    static async Task<PrivateDatabase> StartDatabaseAsync(string folder, CancellationToken cancellationToken)
    {
        var data = IsOpenToOthers(folder) ? Path.Combine(folder, "database")
            : Path.Combine("/var/tmp", $"persomesh-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16].ToLowerInvariant()}");
        if (await PrivateDatabase.TryReopenAsync(data, cancellationToken) is { } known)
            return known;
        var database = await PrivateDatabase.StartAsync(data, cancellationToken);
        await database.CreateDatabaseAsync("persomesh", cancellationToken);
        return database;
    }

    // Card objects that wait in the database or on the broker are sealed under it: a folder keeps its key.
    static string WriteMeshKey(string folder)
    {
        var file = Path.Combine(folder, "mesh.key");
        return File.Exists(file) ? file : WriteSecret(file, RandomNumberGenerator.GetHexString(64));
    }

    static string WriteSecret(string file, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.WriteLine(content);
        return file;
    }
}
