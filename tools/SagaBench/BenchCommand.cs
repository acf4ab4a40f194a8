using MassTransit;
using PersoMesh.PrivateServers;

namespace PersoMesh.SagaBench;

/// <summary>Compares the ways to keep a saga, on a private PostgreSQL and, if asked, a private RabbitMQ.</summary>
static class BenchCommand
{
    public static async Task RunAsync(bool withBroker, BenchLoad load, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("persomesh-bench-").FullName;
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        var database = await PrivateDatabase.StartAsync(Path.Combine(folder, "database"), CancellationToken.None);
        var broker = withBroker ? await PrivateBroker.StartAsync(Path.Combine(folder, "broker"), CancellationToken.None) : null;
        try
        {
            Console.WriteLine($"{(withBroker ? "RabbitMQ" : "in-memory transport")}, {load}");
            Console.WriteLine(BenchResult.Header);
            var host = new ErrandHost { BrokerPort = broker?.State.AmqpPort, Concurrency = load.Parallel };
            // Round by round, so that what else the machine does falls on all of them.
            for (var round = 1; round <= rounds; round++)
            {
                await MeasureAsync("in memory", host, database, load);
                host = host with { Database = await database.CreateDatabaseAsync($"optimistic_{round}", CancellationToken.None) };
                await MeasureAsync("row, optimistic", host, database, load);
                host = host with
                {
                    Database = await database.CreateDatabaseAsync($"locked_{round}", CancellationToken.None),
                    ConfigureRepository = repository => repository.Concurrency = ConcurrencyMode.Pessimistic,
                };
                await MeasureAsync("row, locked (FOR UPDATE)", host, database, load);
                host = host with { Database = null, ConfigureRepository = _ => { } };
            }
        }
        finally
        {
            if (broker is not null)
                await broker.StopAsync();
            await database.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task MeasureAsync(string name, ErrandHost host, PrivateDatabase database, BenchLoad load) =>
        Console.WriteLine((await Bench.MeasureAsync(host, database, load)).ToLine(name));
}
