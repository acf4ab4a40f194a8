using PersoMesh.PrivateServers;

namespace PersoMesh.Fixtures;

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
