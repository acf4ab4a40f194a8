using System.ComponentModel.DataAnnotations;

namespace PersoMesh.Hosting;

/// <summary>Settings that all services share: section <c>Mesh</c>, environment <c>Mesh__Broker__Host</c> and so on.</summary>
public sealed class MeshOptions
{
    /// <summary>File with the mesh key: 64 hexadecimal digits. Without one, a random key that only this process has: for one process alone.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The broker; null for the in-memory transport.</summary>
    public BrokerOptions? Broker { get; init; }

    /// <summary>The database; null to keep everything in memory, which ends with the process.</summary>
    public DatabaseOptions? Database { get; init; }

    /// <summary>File for the audit log of a process without a database; null keeps none. With a database the log is there.</summary>
    public string? AuditLog { get; init; }
}

/// <summary>Where PostgreSQL is: a file with a whole connection string, or its parts.</summary>
public sealed class DatabaseOptions
{
    /// <summary>File that holds an Npgsql connection string, password included; the other settings are then not read.</summary>
    public string? ConnectionStringFile { get; init; }

    /// <summary>Host name or address.</summary>
    public string Host { get; init; } = "";

    /// <summary>TCP port.</summary>
    [Range(1, 65535)]
    public ushort Port { get; init; } = 5432;

    /// <summary>Database name.</summary>
    public string Name { get; init; } = "persomesh";

    /// <summary>User.</summary>
    public string UserName { get; init; } = "persomesh";

    /// <summary>File that holds the password; without one, none is sent.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Connections of one process at most.</summary>
    [Range(2, 1000)]
    public int MaxConnections { get; init; } = 32;
}
