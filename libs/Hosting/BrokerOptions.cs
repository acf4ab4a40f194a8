using System.ComponentModel.DataAnnotations;
using System.Globalization;
using MassTransit;
using RabbitMQ.Client;

namespace PersoMesh.Hosting;

/// <summary>Where RabbitMQ is: one broker, or the nodes of a cluster.</summary>
public sealed class BrokerOptions
{
    /// <summary>Host name or address; for a cluster its nodes, <c>HOST[:PORT],HOST[:PORT],…</c>, the same for all services.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>AMQP port where <see cref="Host"/> names none.</summary>
    [Range(1, 65535)]
    public ushort Port { get; init; } = 5672;

    /// <summary>Virtual host.</summary>
    public string VirtualHost { get; init; } = "/";

    /// <summary>User.</summary>
    public string UserName { get; init; } = "guest";

    /// <summary>File that holds the password; without one the broker's default is used.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>
    /// Members of quorum queues; 1 = classic durable queues. Without it, as many as <see cref="Host"/> names nodes. A queue keeps the kind that
    /// it was created with: change it on a broker whose queues were deleted.
    /// </summary>
    [Range(1, 15)]
    public int? QuorumSize { get; init; }

    internal int QueueMembers => QuorumSize ?? Nodes().Count;

    internal void Configure(IRabbitMqBusFactoryConfigurator bus)
    {
        var nodes = Nodes();
        // One logical host for all, whatever node a process is connected to: addresses in messages must agree.
        bus.Host(nodes[0].HostName, (ushort)nodes[0].Port, VirtualHost, host =>
        {
            host.Username(UserName);
            host.Password(ReadPassword());
            if (nodes.Count > 1)
            {
                host.UseCluster(cluster =>
                {
                    foreach (var node in Shuffled(nodes))
                        cluster.Node($"{node.HostName}:{node.Port}");
                });
            }
        });
    }

    internal Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { VirtualHost = VirtualHost, UserName = UserName, Password = ReadPassword(), AutomaticRecoveryEnabled = false };
        return factory.CreateConnectionAsync(Shuffled(Nodes()), cancellationToken);
    }

    List<AmqpTcpEndpoint> Nodes()
    {
        List<AmqpTcpEndpoint> nodes = [];
        foreach (var node in Host.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = node.IndexOf(':', StringComparison.Ordinal);
            var port = Port;
            if (colon >= 0 && !ushort.TryParse(node.AsSpan(colon + 1), CultureInfo.InvariantCulture, out port))
                throw new MeshConfigurationException($"Mesh:Broker:Host: '{node}' is not HOST or HOST:PORT.");
            nodes.Add(new AmqpTcpEndpoint(colon < 0 ? node : node[..colon], port));
        }

        return nodes.Count > 0 ? nodes : throw new MeshConfigurationException("Mesh:Broker:Host is empty.");
    }

    // Processes that all begin with the first node would leave the others idle.
    static AmqpTcpEndpoint[] Shuffled(IEnumerable<AmqpTcpEndpoint> nodes)
    {
        var shuffled = nodes.ToArray();
        Random.Shared.Shuffle(shuffled);
        return shuffled;
    }

    string ReadPassword() => PasswordFile is { } file ? File.ReadAllText(file).Trim() : "guest";
}
