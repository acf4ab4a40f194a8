using System.Text.Json.Serialization;
using PersoMesh.Perso.Demo;

namespace PersoMesh.Perso.Mesh;

/// <summary>What <c>perso up</c> starts.</summary>
sealed record MeshRunOptions
{
    /// <summary>Folder for logs, key, broker data and the note of what runs.</summary>
    public required string Folder { get; init; }

    /// <summary><c>HOST:PORT</c> of a broker that runs already, or of each node of a cluster, with commas; null to start one privately.</summary>
    public string? Broker { get; init; }

    /// <summary>Nodes of the private broker; more than one are a cluster with quorum queues.</summary>
    public int BrokerNodes { get; init; } = 1;

    /// <summary>File with the connection string of a PostgreSQL database that runs already; null to start one privately.</summary>
    public string? Database { get; init; }

    /// <summary>Do without a database: jobs and sessions end with their processes.</summary>
    public bool IsInMemory { get; init; }

    /// <summary>Further settings of all services.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Pools with simulated stations, and the card product of each.</summary>
    public IReadOnlyList<(string Pool, string Product)> Pools { get; init; } =
        [("emv", "emv-demo"), ("badge", "badge-demo"), ("campus", "filesystem-demo"), ("identity", "filesystem-demo")];

    /// <summary>Stations in each pool.</summary>
    public int StationsPerPool { get; init; } = 8;

    public string ProfileFolder { get; init; } = InstallFolder.Profiles;

    public HsmOptions? Hsm { get; init; }

    /// <summary>Write pictures and keep the simulated cards.</summary>
    public bool KeepCards { get; init; } = true;

    public int ApduDelayMilliseconds { get; init; }
}

/// <summary>What runs; written to <c>mesh.json</c> so that other commands find it.</summary>
sealed record MeshRunState(Uri Ingest, PrivateServers.PrivateBrokerState? Broker, IReadOnlyList<ServiceProcess> Services, string Output)
{
    /// <summary>The other nodes of a private cluster.</summary>
    public IReadOnlyList<PrivateServers.PrivateBrokerState> FurtherBrokers { get; init; } = [];

    /// <summary>The private database; null when there is none.</summary>
    public PrivateServers.PrivateDatabaseState? Database { get; init; }

    /// <summary>All nodes of the private broker.</summary>
    [JsonIgnore]
    public IEnumerable<PrivateServers.PrivateBrokerState> Brokers => Broker is null ? [] : [Broker, .. FurtherBrokers];

    /// <summary>File with the connection string; null when everything is in memory.</summary>
    public string? ConnectionStringFile { get; init; }
}

/// <summary>A service as a process of its own.</summary>
sealed record ServiceProcess(string Name, int ProcessId, Uri Address, string Log);
