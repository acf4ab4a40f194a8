using MassTransit;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.SagaBench;

/// <summary>A service with one saga on PostgreSQL and RabbitMQ, as a process of its own, so that it can be killed.</summary>
public static class Worker
{
    /// <summary>Environment variable with the connection string: a command line can be read by everybody.</summary>
    public const string DatabaseVariable = "SAGA_DATABASE";

    /// <summary>Says so on standard output when it consumes, and ends when standard input does.</summary>
    /// <param name="brokerPort">AMQP port on the loopback address.</param>
    /// <param name="point">Where it dies.</param>
    public static async Task RunAsync(int brokerPort, CrashPoint point)
    {
        var killer = new Killer(point);
        using var host = new ErrandHost
        {
            Database = Environment.GetEnvironmentVariable(DatabaseVariable)
                ?? throw new InvalidOperationException($"{DatabaseVariable} is not set."),
            BrokerPort = brokerPort,
            Hooks = new ErrandHooks { OnStep = killer.OnStep },
            ConfigureServices = services => services.AddSendObserver(_ => killer).AddConsumeObserver(_ => killer),
        }.Build();
        await host.StartAsync();
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }
}
