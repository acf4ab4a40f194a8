using System.Diagnostics;
using Npgsql;
using PersoMesh.Contracts.Jobs;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Fixtures;
using PersoMesh.Perso;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>What the database says of cards that wait, and what is left when the profile's retention has passed.</summary>
public sealed class DataAtRestTests(DatabaseServer server) : IClassFixture<DatabaseServer>
{
    const int Cards = 5;
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_dump_tells_of_no_holder_and_after_the_retention_the_data_are_gone_and_the_account_stays()
    {
        using var folder = new TemporaryFolder();
        var connection = await server.CreateDatabaseAsync();
        File.WriteAllText(folder.File("connection"), connection);
        var profiles = Directory.CreateDirectory(folder.File("profiles")).FullName;
        var profile = File.ReadAllText(Path.Combine(InstallFolder.Profiles, "emv-debit.yaml"));
        File.WriteAllText(Path.Combine(profiles, "emv-debit.yaml"), profile.Replace("retentionDays: 30", "retentionDays: 0", StringComparison.Ordinal));
        var holders = MadeUpHolders.DebitCards("REST", 15, Cards);
        // A station of another pool: the cards wait.
        await using var mesh = await EmbeddedMesh.StartAsync(
        [
            $"--Mesh:Database:ConnectionStringFile={folder.File("connection")}", $"--Translator:ProfileFolder={profiles}",
            "--Ingest:RetentionInterval=00:00:00.2", .. EmbeddedMesh.Station(0, "badge"),
        ]);
        using var client = new IngestClient(mesh.Address);
        await using (var records = MadeUpHolders.JsonLines(holders))
            await client.SubmitAsync("job", "emv-debit", "jsonl", priority: 0, records, None);
        await Eventually.TrueAsync(async () => (await mesh.StatusAsync("job")).Ready == Cards, () => "the cards are not ready");
        var dump = Dump(connection);
        Assert.True(dump.AsSpan().IndexOf("REST-5"u8) > 0); // identifiers are labels; a dump without them would prove nothing
        Assert.Equal((long)Cards, await CountAsync(connection, "controller_payload WHERE length(script) > 1000"));
        Assert.Empty(LeakScan.For(holders.Select(holder => new DebitHolder(holder))).Find(dump));

        await client.ControlAsync("job", JobControl.Cancelled, priority: null, None);
        await Eventually.TrueAsync(async () => (await mesh.StatusAsync("job")).DataDestroyed is not null, () => "the data are not destroyed");
        await Eventually.TrueAsync(async () => await CountAsync(connection, "controller_payload") == 0, () => "the payloads are still there");
        Assert.Equal(0L, await CountAsync(connection, "controller_job_key WHERE wrapped IS NOT NULL"));
        Assert.Equal(0L, await CountAsync(connection, "ingest_job_key WHERE wrapped IS NOT NULL"));
        Assert.Equal((Cards, Cards), (await client.ReportAsync("job", None).CountAsync(), (int)(await mesh.StatusAsync("job")).Cancelled));
        var refusal = await Assert.ThrowsAsync<UserErrorException>(() => client.RemakeAsync("job", card: null, None));
        Assert.Contains("cannot be made again", refusal.Message, StringComparison.Ordinal);
        await using var again = MadeUpHolders.JsonLines(MadeUpHolders.DebitCards("MORE", 16, 1));
        Assert.Contains("were destroyed", (await Assert.ThrowsAsync<UserErrorException>(
            () => client.SubmitAsync("job", "emv-debit", "jsonl", priority: 0, again, None))).Message, StringComparison.Ordinal);
    }

    static async Task<long> CountAsync(string connection, string from)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand($"SELECT count(*) FROM {from}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static byte[] Dump(string connection)
    {
        var of = new NpgsqlConnectionStringBuilder(connection);
        var start = new ProcessStartInfo("pg_dump", ["--host", of.Host!, "--port", $"{of.Port}", "--username", of.Username!, of.Database!])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["PGPASSWORD"] = of.Password },
        };
        using var process = Process.Start(start)!;
        using var dump = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(dump);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return dump.ToArray();
    }
}
