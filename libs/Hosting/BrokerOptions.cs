using System.ComponentModel.DataAnnotations;

namespace PersoMesh.Hosting;

/// <summary>Where RabbitMQ is: one broker, or the nodes of a cluster.</summary>
public sealed class BrokerOptions
{
    /// <summary>Host name or address; for a cluster its nodes, <c>HOST[:PORT],HOST[:PORT],…</c>, the same for all services.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>AMQP port where <see cref="Host"/> names none; by default 5672, with TLS 5671.</summary>
    [Range(1, 65535)]
    public ushort? Port { get; init; }

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

    /// <summary>TLS; null for connections in clear, which belong on a private network.</summary>
    public BrokerTlsOptions? Tls { get; init; }
}
