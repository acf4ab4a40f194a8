using PersoMesh.PrivateServers;

namespace PersoMesh.PostgresSagas.Tests.Support;

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
