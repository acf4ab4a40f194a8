using System.Globalization;
using MassTransit;
using RabbitMQ.Client;

namespace PersoMesh.Hosting;

/// <summary>Connects to the broker that the settings name: MassTransit's bus, and what has to be asked beside it.</summary>
sealed class BrokerConnection
{
    const ushort PlainPort = 5672;
    const ushort TlsPort = 5671;

    readonly BrokerOptions _options;
    readonly List<AmqpTcpEndpoint> _nodes = [];
    readonly BrokerTls? _tls;

    /// <param name="options">The settings.</param>
    /// <exception cref="MeshConfigurationException">A setting cannot be used; the message names it.</exception>
    public BrokerConnection(BrokerOptions options)
    {
        _options = options;
        var usesTls = options.Tls is { Enabled: true };
        foreach (var node in options.Host.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = node.IndexOf(':', StringComparison.Ordinal);
            var port = options.Port ?? (usesTls ? TlsPort : PlainPort);
            if (colon >= 0 && !ushort.TryParse(node.AsSpan(colon + 1), CultureInfo.InvariantCulture, out port))
                throw new MeshConfigurationException($"Mesh:Broker:Host: '{node}' is not HOST or HOST:PORT.");
            // MassTransit would speak TLS there, and take a certificate from anybody.
            if (port == TlsPort && !usesTls)
                throw new MeshConfigurationException($"Mesh:Broker has port {TlsPort}, the broker's for TLS: set Mesh:Broker:Tls:Enabled=true, or Tls:AuthorityFile.");
            _nodes.Add(new AmqpTcpEndpoint(colon < 0 ? node : node[..colon], port));
        }

        if (_nodes.Count == 0)
            throw new MeshConfigurationException("Mesh:Broker:Host is empty.");
        if (!usesTls)
            return;
        _tls = new BrokerTls(options.Tls!, _nodes[0].HostName);
        _nodes = _nodes.ConvertAll(node => new AmqpTcpEndpoint(node.HostName, node.Port, _tls.ToSslOption()));
    }

    /// <summary>Members of each queue; 1 = classic durable queues.</summary>
    public int QueueMembers => _options.QuorumSize ?? _nodes.Count;

    public void Configure(IRabbitMqBusFactoryConfigurator bus) =>
        // One logical host for all, whatever node a process is connected to: addresses in messages must agree.
        bus.Host(_nodes[0].HostName, (ushort)_nodes[0].Port, _options.VirtualHost, host =>
        {
            host.Username(_options.UserName);
            host.Password(ReadPassword());
            if (_tls is not null)
                host.UseSsl(_tls.Configure);
            if (_nodes.Count > 1)
            {
                host.UseCluster(cluster =>
                {
                    foreach (var node in Shuffled())
                        cluster.Node($"{node.HostName}:{node.Port}");
                });
            }
        });

    public Task<IConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            VirtualHost = _options.VirtualHost,
            UserName = _options.UserName,
            Password = ReadPassword(),
            AutomaticRecoveryEnabled = false,
        };
        return factory.CreateConnectionAsync(Shuffled(), cancellationToken);
    }

    // Processes that all begin with the first node would leave the others idle.
    AmqpTcpEndpoint[] Shuffled()
    {
        var shuffled = _nodes.ToArray();
        Random.Shared.Shuffle(shuffled);
        return shuffled;
    }

    string ReadPassword() => _options.PasswordFile is { } file ? File.ReadAllText(file).Trim() : "guest";
}
