using Npgsql;
using PersoMesh.PrivateServers;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>The server that all these tests rely on.</summary>
[Collection("broker")]
public sealed class PrivateDatabaseTests(DatabaseServer server)
{
    [Fact]
    public async Task A_power_cut_keeps_what_was_committed()
    {
        var database = await server.CreateDatabaseAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var write = new NpgsqlCommand("CREATE TABLE kept AS SELECT 1 AS id; SHOW fsync", connection);
            Assert.Equal("on", await write.ExecuteScalarAsync());
            await using var transaction = await connection.BeginTransactionAsync();
            await using var pending = new NpgsqlCommand("INSERT INTO kept VALUES (2)", connection, transaction);
            await pending.ExecuteNonQueryAsync();
            await server.Server.CrashAsync();
        }

        Assert.False(DetachedProcess.IsRunning(server.Server.State.ProcessId));
        await server.Server.RestartAsync(CancellationToken.None);
        await using var again = NpgsqlDataSource.Create(database);
        await using var count = again.CreateCommand("SELECT count(*) FROM kept");
        Assert.Equal(1L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_and_asks_for_its_password()
    {
        await using var source = NpgsqlDataSource.Create(server.Server.ConnectionString());
        const string Addresses = "SELECT current_setting('listen_addresses') || '|' || current_setting('unix_socket_directories')";
        await using var listens = source.CreateCommand(Addresses);
        Assert.Equal("127.0.0.1|", await listens.ExecuteScalarAsync());
        var guess = new NpgsqlConnectionStringBuilder(server.Server.ConnectionString()) { Password = "guess", Pooling = false };
        await using var other = NpgsqlDataSource.Create(guess.ConnectionString);
        var e = await Assert.ThrowsAsync<PostgresException>(async () => await other.OpenConnectionAsync());
        Assert.Equal(PostgresErrorCodes.InvalidPassword, e.SqlState);
        Assert.DoesNotContain(server.Server.State.Password, server.Server.State.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_process_can_take_hold_of_it()
    {
        var attached = PrivateDatabase.Attach(server.Server.State);
        await using var source = NpgsqlDataSource.Create(await attached.CreateDatabaseAsync("attached", CancellationToken.None));
        await using var command = source.CreateCommand("SELECT 1");
        Assert.Equal(1, await command.ExecuteScalarAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => attached.CreateDatabaseAsync("attached", CancellationToken.None));
    }
}
