using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PersoMesh.PrivateServers;

/// <summary>
/// RabbitMQ (Debian's package) as a private process on free loopback ports with its data in a folder of its own: for tests, for
/// <c>./perso up</c> and for benchmarks. It shares nothing with a broker that the machine may run.
/// </summary>
public sealed class PrivateBroker
{
    const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    PrivateBroker(PrivateBrokerState state) => State = state;

    /// <summary>What must be remembered to use and stop the broker from another process.</summary>
    public PrivateBrokerState State { get; }

    /// <summary>Host for clients.</summary>
    public static string Host => "127.0.0.1";

    /// <summary>Starts a broker and waits until it takes connections. In the folder of one that was stopped, it goes on with its queues.</summary>
    /// <param name="folder">For its data, logs and settings; created.</param>
    /// <param name="cancellationToken">Gives up; what had started is stopped.</param>
    /// <param name="tls">Makes it listen for TLS too.</param>
    /// <exception cref="InvalidOperationException">RabbitMQ is not installed, or does not start; the message says what to do.</exception>
    public static async Task<PrivateBroker> StartAsync(string folder, CancellationToken cancellationToken, PrivateBrokerTls? tls = null)
    {
        folder = Directory.CreateDirectory(folder).FullName;
        if (!File.Exists(PortsFile(folder)))
            await WritePortsAsync(folder, FreePort.Find(4), cancellationToken);
        return await StartNodeAsync(folder, TlsSettings(tls), cancellationToken);
    }

    /// <summary>Starts a node in a folder that has its ports.</summary>
    /// <param name="folder">For its data, logs and settings.</param>
    /// <param name="settings">Further lines of <c>rabbitmq.conf</c>.</param>
    /// <param name="cancellationToken">Gives up; what had started is stopped.</param>
    internal static async Task<PrivateBroker> StartNodeAsync(string folder, string settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(Program))
            throw new InvalidOperationException("RabbitMQ is not installed: run 'apt-get install rabbitmq-server', or name a broker with --broker HOST:PORT.");
        int[] ports = [.. File.ReadAllLines(PortsFile(folder)).Select(int.Parse)];
        var (amqp, distribution, portMapper, management) = (ports[0], ports[1], ports[2], ports[3]);
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[rabbitmq_management].\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "rabbitmq.conf"), $"""
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {management}
            log.file.level = warning
            # A burst of card data must not be taken for a leak on a machine with little memory.
            vm_memory_high_watermark.relative = 0.6
            collect_statistics_interval = 2000
            {settings}

            """, cancellationToken);
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = folder,
            ["RABBITMQ_NODENAME"] = NodeName(amqp),
            ["RABBITMQ_NODE_IP_ADDRESS"] = Host,
            ["RABBITMQ_NODE_PORT"] = amqp.ToString(),
            ["RABBITMQ_DIST_PORT"] = distribution.ToString(),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(folder, "broker.pid"),
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "no-environment"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "plugins"),
            // Erlang's schedulers would busy-wait for work, on cores that the services need.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
            ["ERL_EPMD_ADDRESS"] = Host,
            ["ERL_EPMD_PORT"] = portMapper.ToString(),
        };
        var log = Path.Combine(folder, "broker.log");
        var launcher = DetachedProcess.Start(Program, [], environment, log);
        var broker = new PrivateBroker(new PrivateBrokerState(launcher, amqp, portMapper, management, folder));
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartTimeout; await Task.Delay(200, cancellationToken))
        {
            if (!DetachedProcess.IsRunning(launcher))
                break;
            if (await broker.IsReadyAsync(cancellationToken))
                return broker;
        }

        await broker.StopAsync();
        throw new InvalidOperationException($"RabbitMQ did not start; see {log}.");
    }

    /// <summary>A folder keeps its ports: the node's name, and with it its queues and messages, come from them.</summary>
    /// <param name="folder">The broker's.</param>
    /// <param name="ports">For AMQP, for other nodes, of the port mapper, for management.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static Task WritePortsAsync(string folder, IReadOnlyList<int> ports, CancellationToken cancellationToken) =>
        File.WriteAllLinesAsync(PortsFile(folder), ports.Select(port => port.ToString()), cancellationToken);

    internal static string NodeName(int amqpPort) => $"persomesh-{amqpPort}@localhost";

    static string PortsFile(string folder) => Path.Combine(folder, "ports");

    // Who connects for TLS has to show a certificate, too.
    static string TlsSettings(PrivateBrokerTls? tls) => tls is null ? "" : string.Join('\n',
    [
        $"listeners.ssl.1 = {Host}:{tls.Port}", $"ssl_options.cacertfile = {tls.AuthorityFile}", $"ssl_options.certfile = {tls.CertificateFile}",
        $"ssl_options.keyfile = {tls.KeyFile}", "ssl_options.verify = verify_peer", "ssl_options.fail_if_no_peer_cert = true",
    ]);

    /// <param name="nodes">Names of all nodes of a cluster, which share a port mapper and a cookie.</param>
    internal static string ClusterSettings(IEnumerable<string> nodes) => string.Join('\n',
    [
        "cluster_formation.peer_discovery_backend = classic_config", "cluster_partition_handling = pause_minority",
        .. nodes.Select((node, i) => $"cluster_formation.classic_config.nodes.{i + 1} = {node}"),
    ]);

    /// <summary>Takes hold of a broker that another process started.</summary>
    public static PrivateBroker Attach(PrivateBrokerState state) => new(state);

    /// <summary>Stops the broker and its port mapper.</summary>
    public async Task StopAsync()
    {
        var pidFile = Path.Combine(State.Folder, "broker.pid");
        if (File.Exists(pidFile) && int.TryParse(await File.ReadAllTextAsync(pidFile), out var processId))
            await DetachedProcess.StopAsync(processId, TimeSpan.FromSeconds(30));
        await DetachedProcess.StopAsync(State.LauncherProcessId, TimeSpan.FromSeconds(5));
        var start = new ProcessStartInfo("epmd", ["-port", State.PortMapperPort.ToString(), "-kill"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var portMapper = Process.Start(start);
        await portMapper!.WaitForExitAsync();
    }

    /// <summary>Kills the broker, as a power cut would. <see cref="StartAsync"/> in the same folder goes on with what it had confirmed.</summary>
    public async Task CrashAsync()
    {
        await DetachedProcess.KillAsync(ProcessId);
        await DetachedProcess.StopAsync(State.LauncherProcessId, TimeSpan.FromSeconds(5));
    }

    /// <summary>Names of the connections that clients have open.</summary>
    public async Task<IReadOnlyList<string>> ListConnectionsAsync(CancellationToken cancellationToken)
    {
        using var http = ManagementClient();
        using var connections = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/connections?columns=name", UriKind.Relative), cancellationToken));
        return [.. connections.RootElement.EnumerateArray().Select(connection => connection.GetProperty("name").GetString()!)];
    }

    /// <summary>How many quorum queues each node of a cluster leads, by node name.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountLeadersAsync(CancellationToken cancellationToken)
    {
        using var http = ManagementClient();
        using var queues = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/queues", UriKind.Relative), cancellationToken));
        return queues.RootElement.EnumerateArray().Where(queue => queue.TryGetProperty("leader", out _))
            .GroupBy(queue => queue.GetProperty("leader").GetString()!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
    }

    /// <summary>Name of the node in its cluster.</summary>
    public string Name => NodeName(State.AmqpPort);

    /// <summary>Cuts a client's connection.</summary>
    public async Task CloseConnectionAsync(string name, CancellationToken cancellationToken)
    {
        using var http = ManagementClient();
        using var response = await http.DeleteAsync(new Uri($"api/connections/{Uri.EscapeDataString(name)}", UriKind.Relative), cancellationToken);
    }

    /// <summary>The Erlang process, for processor time.</summary>
    public int ProcessId => int.Parse(File.ReadAllText(Path.Combine(State.Folder, "broker.pid")));

    /// <summary>What the broker has counted since its start.</summary>
    public async Task<BrokerCounters> ReadCountersAsync(CancellationToken cancellationToken)
    {
        using var http = ManagementClient();
        using var overview = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/overview", UriKind.Relative), cancellationToken));
        using var connections = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/connections?columns=recv_oct", UriKind.Relative), cancellationToken));
        var published = overview.RootElement.GetProperty("message_stats").TryGetProperty("publish", out var publish) ? publish.GetInt64() : 0;
        var bytes = connections.RootElement.EnumerateArray().Sum(connection => connection.TryGetProperty("recv_oct", out var received) ? received.GetInt64() : 0);
        return new BrokerCounters(published, bytes);
    }

    async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var http = ManagementClient();
            using var response = await http.GetAsync(new Uri($"api/health/checks/port-listener/{State.AmqpPort}", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    HttpClient ManagementClient() => new()
    {
        BaseAddress = new Uri($"http://{Host}:{State.ManagementPort}/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("guest:guest"))) },
    };
}

/// <summary>How to reach and stop a private broker.</summary>
public sealed record PrivateBrokerState(int LauncherProcessId, int AmqpPort, int PortMapperPort, int ManagementPort, string Folder);

/// <summary>How a private broker speaks TLS, with clients that show a certificate of its authority.</summary>
/// <param name="Port">Loopback port.</param>
/// <param name="AuthorityFile">Certificate of the authority, PEM.</param>
/// <param name="CertificateFile">The broker's certificate, PEM.</param>
/// <param name="KeyFile">Its private key, PEM.</param>
public sealed record PrivateBrokerTls(int Port, string AuthorityFile, string CertificateFile, string KeyFile);

/// <summary>Totals of a broker.</summary>
/// <param name="Published">Messages that publishers sent.</param>
/// <param name="ReceivedBytes">Bytes received on connections that are open now.</param>
public sealed record BrokerCounters(long Published, long ReceivedBytes);
