using System.Diagnostics;
using PersoMesh.PrivateServers;

namespace PersoMesh.Deployment.Tests;

/// <summary>
/// Starts every service with its variables of the Compose file, the image's entry point and, as proof that it is ready, the image's health
/// check. Instead of containers: paths of mounts become the host's, and a private broker and database on ports of their own take RabbitMQ's
/// and PostgreSQL's places.
/// </summary>
public sealed class StartTests : IAsyncLifetime
{
    static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);

    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-deployment-").FullName;
    readonly List<int> _started = [];
    PrivateBroker? _broker;
    PrivateDatabase? _database;
    string? _connectionFile;

    public async Task InitializeAsync()
    {
        Tool.Run("openssl", Repository.Path("deploy/new-secrets.sh"), Path.Combine(_folder, "secrets"));
        _broker = await PrivateBroker.StartAsync(Path.Combine(_folder, "broker"), CancellationToken.None);
        // The server runs as another user when the tests run as root: it must be able to reach its data.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute);
        _database = await PrivateDatabase.StartAsync(Path.Combine(_folder, "database"), CancellationToken.None);
        _connectionFile = Path.Combine(_folder, "connection");
        await File.WriteAllTextAsync(_connectionFile, await _database.CreateDatabaseAsync("persomesh", CancellationToken.None));
    }

    public async Task DisposeAsync()
    {
        await Task.WhenAll(_started.Select(process => DetachedProcess.StopAsync(process, TimeSpan.FromSeconds(30))));
        if (_broker is not null)
            await _broker.StopAsync();
        if (_database is not null)
            await _database.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_service_of_the_simulated_profile_becomes_ready()
    {
        var services = Compose.Ours.Where(service => service.RunsWith("simulated")).ToList();
        Assert.Equal(Repository.Services, services.Select(service => service.Program!).Order(StringComparer.Ordinal));
        foreach (var (service, port) in services.Zip(FreePort.Find(services.Count)))
            await StartAsync(service, port);
    }

    async Task StartAsync(ComposeService service, int port)
    {
        var log = Path.Combine(_folder, $"{service.Name}.log");
        var command = Dockerfile.EntryPoint.Select(OnThisMachine).ToList();
        var process = DetachedProcess.Start(command[0], command.Skip(1), Variables(service, port), log);
        _started.Add(process);
        for (var waited = Stopwatch.StartNew(); !await IsReadyAsync(port); await Task.Delay(100))
        {
            var lastLines = string.Join(Environment.NewLine, File.ReadLines(log).TakeLast(5));
            Assert.True(
                DetachedProcess.IsRunning(process) && waited.Elapsed < ReadyTimeout,
                $"{service.Name} does not become ready; its output ends with:{Environment.NewLine}{lastLines}");
        }
    }

    Dictionary<string, string?> Variables(ComposeService service, int port)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in Dockerfile.Environment)
            variables[name] = value;
        foreach (var (name, value) in service.Environment)
            variables[name] = Mounted(service, value);
        variables["PERSOMESH_SERVICE"] = service.Program;
        variables["ASPNETCORE_HTTP_PORTS"] = port.ToString();
        // The private broker's own user; and no Jaeger here.
        variables["Mesh__Broker__Host"] = PrivateBroker.Host;
        variables["Mesh__Broker__Port"] = _broker!.State.AmqpPort.ToString();
        variables["Mesh__Broker__UserName"] = null;
        variables["Mesh__Broker__PasswordFile"] = null;
        if (variables.ContainsKey("Mesh__Database__Host"))
            variables["Mesh__Database__ConnectionStringFile"] = _connectionFile;
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = null;
        return variables;
    }

    string Mounted(ComposeService service, string value)
    {
        if (service.Secrets.FirstOrDefault(secret => value == $"/run/secrets/{secret}") is { } mounted)
            return Path.Combine(_folder, "secrets", Path.GetFileName(Compose.SecretFile(mounted)));
        var mount = service.Mounts.FirstOrDefault(mount => value == mount.Target);
        return mount.Source switch
        {
            null => value,
            ['.', '/', ..] => Repository.Path(mount.Source),
            _ => Path.Combine(_folder, mount.Source),
        };
    }

    // The services are beside this test: /app is here.
    static string OnThisMachine(string text) => text.Replace("/app/", AppContext.BaseDirectory, StringComparison.Ordinal);

    static async Task<bool> IsReadyAsync(int port)
    {
        var command = Dockerfile.HealthCheck.Select(word => word.Replace("/8080 ", $"/{port} ", StringComparison.Ordinal)).ToList();
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, UseShellExecute = false };
        using var check = Process.Start(start)!;
        await check.WaitForExitAsync();
        return check.ExitCode == 0;
    }
}
