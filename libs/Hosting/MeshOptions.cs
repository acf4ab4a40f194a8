using System.ComponentModel.DataAnnotations;

namespace PersoMesh.Hosting;

/// <summary>Settings that all services share: section <c>Mesh</c>, environment <c>Mesh__Broker__Host</c> and so on.</summary>
public sealed class MeshOptions
{
    /// <summary>File with the mesh key: 64 hexadecimal digits. Without one, a random key that only this process has: for one process alone.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The broker; null for the in-memory transport.</summary>
    public BrokerOptions? Broker { get; init; }
}

/// <summary>Where RabbitMQ is.</summary>
public sealed class BrokerOptions
{
    /// <summary>Host name or address.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>AMQP port.</summary>
    [Range(1, 65535)]
    public ushort Port { get; init; } = 5672;

    /// <summary>Virtual host.</summary>
    public string VirtualHost { get; init; } = "/";

    /// <summary>User.</summary>
    public string UserName { get; init; } = "guest";

    /// <summary>File that holds the password; without one the broker's default is used.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Nodes of a cluster, for quorum queues of that many members; 0 or 1 = classic durable queues.</summary>
    [Range(0, 15)]
    public int QuorumSize { get; init; }
}
