using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PersoMesh.PrivateServers;

namespace PersoMesh.SagaBench;

/// <summary>What a run consists of.</summary>
/// <param name="Errands">How many.</param>
/// <param name="Parallel">How many at a time.</param>
/// <param name="Steps">Steps of each; it consumes two messages more, and answers each step with two.</param>
/// <param name="StateSize">Bytes that each errand remembers.</param>
/// <param name="AnswerSize">Bytes in one of the two answers to a step.</param>
public sealed record BenchLoad(int Errands, int Parallel, int Steps, int StateSize, int AnswerSize);

/// <summary>What a message costs that a saga consumes.</summary>
/// <param name="MessagesPerSecond">Rate, the whole process included.</param>
/// <param name="Transactions">Writing transactions in the database.</param>
/// <param name="Syncs">Times the database waited for the disk; transactions that end together share one.</param>
/// <param name="WalBytes">Bytes in the write-ahead log.</param>
/// <param name="WalRecords">Records there.</param>
/// <param name="PageImages">Full pages there: the first change of a page after a checkpoint.</param>
/// <param name="ServiceTime">Processor time of this process, transport and other consumers included; milliseconds.</param>
/// <param name="DatabaseTime">Processor time of the database's sessions, milliseconds.</param>
public sealed record BenchResult(
    double MessagesPerSecond, double Transactions, double Syncs, double WalBytes, double WalRecords, double PageImages,
    double ServiceTime, double DatabaseTime)
{
    public static string Header =>
        $"{"",-34}{"msg/s",8}{"tx/msg",8}{"sync/msg",10}{"WAL B/msg",11}{"rec/msg",9}{"fpi/msg",9}{"CPU ms",9}{"DB CPU",9}";

    public string ToLine(string name) =>
        $"{name,-34}{MessagesPerSecond,8:F0}{Transactions,8:F2}{Syncs,10:F2}{WalBytes,11:F0}{WalRecords,9:F1}{PageImages,9:F2}" +
        $"{ServiceTime,9:F2}{DatabaseTime,9:F2}";
}

/// <summary>Measures a repository.</summary>
public static class Bench
{
    const string Counters = """
        SELECT pg_current_wal_lsn() - '0/0', pg_snapshot_xmax(pg_current_snapshot())::text::bigint, wal_sync, wal_records, wal_fpi
        FROM pg_stat_wal
        """;

    /// <summary>Runs a load, after a tenth of it to warm up, and reads the database's counters before and after.</summary>
    /// <param name="host">The process to measure.</param>
    /// <param name="database">The server; used outside the measured part.</param>
    /// <param name="load">The load.</param>
    public static async Task<BenchResult> MeasureAsync(ErrandHost host, PrivateDatabase database, BenchLoad load)
    {
        await RunAsync(host, load with { Errands = load.Errands / 10 });
        await using var server = NpgsqlDataSource.Create(database.ConnectionString());
        await using (var checkpoint = server.CreateCommand("CHECKPOINT"))
            await checkpoint.ExecuteNonQueryAsync();
        var before = await ReadAsync(server, database);
        var (rate, messages) = await RunAsync(host, load);
        var after = await ReadAsync(server, database);
        var each = before.Zip(after, (x, y) => (y - x) / messages).ToArray();
        return new BenchResult(rate, each[1], each[2], each[0], each[3], each[4], each[5], each[6]);
    }

    // The counters are complete once the sessions have ended.
    static async Task<(double Rate, int Messages)> RunAsync(ErrandHost template, BenchLoad load)
    {
        var driver = new BenchDriver(load);
        using var host = (template with
        {
            ConfigureEndpoints = (_, factory) => factory.ReceiveEndpoint("errand-notes", endpoint =>
            {
                endpoint.ConcurrentMessageLimit = load.Parallel;
                endpoint.PrefetchCount = load.Parallel * 2;
                endpoint.Instance(driver);
            }),
        }).Build();
        await host.StartAsync();
        var watch = Stopwatch.StartNew();
        await driver.RunAsync(host.Services.GetRequiredService<IBus>());
        var rate = driver.Messages / watch.Elapsed.TotalSeconds;
        await host.StopAsync();
        return (rate, driver.Messages);
    }

    static async Task<double[]> ReadAsync(NpgsqlDataSource server, PrivateDatabase database)
    {
        const string Sessions = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        await using var sessions = server.CreateCommand(Sessions);
        while ((long)(await sessions.ExecuteScalarAsync())! > 0)
            await Task.Delay(20);
        await using var command = server.CreateCommand(Counters);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var counters = Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToDouble(reader.GetValue(i)));
        return [.. counters, Environment.CpuUsage.TotalTime.TotalMilliseconds, await ReadSessionsTimeAsync(database.State.ProcessId)];
    }

    // Fields 16 and 17 of proc(5) stat: time of children that have ended, in ticks of 10 ms. The server's sessions are its children.
    static async Task<double> ReadSessionsTimeAsync(int processId)
    {
        var stat = await File.ReadAllTextAsync($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return 10.0 * (long.Parse(fields[13]) + long.Parse(fields[14]));
    }
}
