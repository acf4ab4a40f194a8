using PersoMesh.PrivateServers;

namespace PersoMesh.PostgresSagas.Tests.Support;

/// <summary>A PostgreSQL server for the tests of a collection.</summary>
public sealed class DatabaseServer : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-sagas-").FullName;
    int _databases;

    public PrivateDatabase Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // The server runs as another user when the tests run as root: it must be able to reach its data.
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute);
        Server = await PrivateDatabase.StartAsync(_folder, CancellationToken.None);
    }

    /// <summary>Connection string to a new, empty database.</summary>
    public Task<string> CreateDatabaseAsync() =>
        Server.CreateDatabaseAsync($"test_{Interlocked.Increment(ref _databases)}", CancellationToken.None);

    public async Task DisposeAsync()
    {
        await Server.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A RabbitMQ broker for the tests of a collection.</summary>
public sealed class BrokerServer : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("persomesh-broker-").FullName;
    PrivateBroker _broker = null!;

    public int Port => _broker.State.AmqpPort;

    public async Task InitializeAsync() => _broker = await PrivateBroker.StartAsync(_folder, CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _broker.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

[CollectionDefinition("database")]
public sealed class DatabaseCollection : ICollectionFixture<DatabaseServer>;

[CollectionDefinition("broker")]
public sealed class BrokerCollection : ICollectionFixture<DatabaseServer>, ICollectionFixture<BrokerServer>;
