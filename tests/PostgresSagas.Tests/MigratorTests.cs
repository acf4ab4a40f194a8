using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PersoMesh.Postgres;
using PersoMesh.PrivateServers;

namespace PersoMesh.PostgresSagas.Tests;

/// <summary>Schemas that are brought up to date when a service starts.</summary>
[Collection("database")]
public sealed class MigratorTests(DatabaseServer server)
{
    static readonly Migration First = new(1, "table", "CREATE TABLE thing (id integer); INSERT INTO thing VALUES (1)");
    static readonly Migration Second = new(2, "column", "ALTER TABLE thing ADD name text;\nUPDATE thing SET name = 'a'");

    [Fact]
    public async Task Replicas_that_start_together_apply_each_step_once()
    {
        await using var database = await CreateAsync();
        var set = new MigrationSet("test", First, Second);
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Migrator.ApplyAsync(database, set, CancellationToken.None)));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 2], counts.Order());
        Assert.Equal(1L, await ScalarAsync(database, "SELECT count(*) FROM thing WHERE name = 'a'"));
    }

    [Fact]
    public async Task Steps_that_come_with_a_release_are_added()
    {
        await using var database = await CreateAsync();
        Assert.Equal(1, await Migrator.ApplyAsync(database, new MigrationSet("test", First), CancellationToken.None));
        Assert.Equal(1, await Migrator.ApplyAsync(database, new MigrationSet("test", First, Second), CancellationToken.None));
        // The release before may still be started.
        Assert.Equal(0, await Migrator.ApplyAsync(database, new MigrationSet("test", First), CancellationToken.None));
        const string Applied = "SELECT string_agg(name, ', ' ORDER BY version) FROM persomesh_migrations WHERE owner = 'test'";
        Assert.Equal("table, column", await ScalarAsync(database, Applied));
    }

    [Fact]
    public async Task Owners_count_for_themselves()
    {
        await using var database = await CreateAsync();
        Assert.Equal(1, await Migrator.ApplyAsync(database, new MigrationSet("one", First), CancellationToken.None));
        var other = new MigrationSet("two", new Migration(1, "other", "CREATE TABLE other ()"));
        Assert.Equal(1, await Migrator.ApplyAsync(database, other, CancellationToken.None));
    }

    [Fact]
    public async Task When_a_step_fails_none_is_applied_and_the_error_says_where()
    {
        await using var database = await CreateAsync();
        var set = new MigrationSet("test", First, new Migration(2, "typing error", "ALTER TABLE thing ADD; SELECT 1"));
        var e = await Assert.ThrowsAsync<MigrationException>(() => Migrator.ApplyAsync(database, set, CancellationToken.None));
        Assert.Contains("Migration 2 'typing error' of 'test' failed at character 22", e.Message, StringComparison.Ordinal);
        Assert.Equal(DBNull.Value, await ScalarAsync(database, "SELECT to_regclass('thing')::text"));
    }

    [Fact]
    public async Task A_step_that_was_changed_afterwards_is_refused()
    {
        await using var database = await CreateAsync();
        await Migrator.ApplyAsync(database, new MigrationSet("test", First, Second), CancellationToken.None);
        // Another checkout's line ends change nothing.
        var checkedOut = new MigrationSet("test", First, Second with { Sql = Second.Sql.Replace("\n", "\r\n", StringComparison.Ordinal) });
        Assert.Equal(0, await Migrator.ApplyAsync(database, checkedOut, CancellationToken.None));
        var changed = new MigrationSet("test", First with { Sql = First.Sql + ";" }, Second);
        var e = await Assert.ThrowsAsync<MigrationException>(() => Migrator.ApplyAsync(database, changed, CancellationToken.None));
        Assert.Contains("Migration 1 'table' of 'test' was changed", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(0)]
    public void Versions_count_without_a_gap(params int[] versions) =>
        Assert.Throws<ArgumentException>(
            () => new MigrationSet("test", [.. versions.Select(version => new Migration(version, "x", "SELECT 1"))]));

    [Fact]
    public async Task A_host_waits_for_its_database_and_starts_nothing_before()
    {
        var folder = Directory.CreateTempSubdirectory("persomesh-late-");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.OtherExecute);
        var late = await PrivateDatabase.StartAsync(folder.FullName, CancellationToken.None);
        await late.StopAsync();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var service = new Service(late.ConnectionString());
        builder.Services.AddHostedService(_ => service);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(late.ConnectionString()));
        builder.Services.AddMigrations(new MigrationSet("test", First));
        using var host = builder.Build();
        var start = host.StartAsync();
        Assert.False(service.HasStarted);
        await late.RestartAsync(CancellationToken.None);
        await start.WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(service.HasStarted);
        await host.StopAsync();
        await late.StopAsync();
        folder.Delete(recursive: true);
    }

    async Task<NpgsqlDataSource> CreateAsync() => NpgsqlDataSource.Create(await server.CreateDatabaseAsync());

    static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Needs its table when it starts.</summary>
    sealed class Service(string database) : IHostedService
    {
        public bool HasStarted { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await using var source = NpgsqlDataSource.Create(database);
            Assert.Equal(1L, await ScalarAsync(source, "SELECT count(*) FROM thing"));
            HasStarted = true;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
