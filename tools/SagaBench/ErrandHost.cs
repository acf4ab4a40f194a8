using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PersoMesh.PostgresSagas;
using PersoMesh.PrivateServers;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.SagaBench;

/// <summary>Builds a process with the saga of errands, its storage and a transport.</summary>
public sealed record ErrandHost
{
    /// <summary>The queue of the saga.</summary>
    public const string Queue = "errands";

    /// <summary>Connection string; null for the in-memory repository.</summary>
    public string? Database { get; init; }

    /// <summary>AMQP port on the loopback address; null for the in-memory transport.</summary>
    public int? BrokerPort { get; init; }

    /// <summary>Messages that the saga takes at once; 0 = the process has no saga, only other consumers.</summary>
    public int Concurrency { get; init; } = 20;

    /// <summary>What else happens in a step.</summary>
    public ErrandHooks Hooks { get; init; } = new();

    /// <summary>Settings of the PostgreSQL repository beside table and serializer.</summary>
    public Action<PostgresSagaRepositoryConfigurator<ErrandState>> ConfigureRepository { get; init; } = _ => { };

    /// <summary>Another repository to compare with; the database is then its own affair.</summary>
    public Action<ISagaRegistrationConfigurator<ErrandState>>? OtherRepository { get; init; }

    /// <summary>What another repository needs on the saga's endpoint.</summary>
    public Action<IReceiveEndpointConfigurator, IRegistrationContext> ConfigureSagaEndpoint { get; init; } = (_, _) => { };

    /// <summary>Other endpoints.</summary>
    public Action<IBusRegistrationContext, IBusFactoryConfigurator> ConfigureEndpoints { get; init; } = (_, _) => { };

    /// <summary>Other services.</summary>
    public Action<IServiceCollection> ConfigureServices { get; init; } = _ => { };

    /// <summary>Whether messages wait while the database is away.</summary>
    public bool WaitsForDatabase { get; init; }

    /// <summary>Retries of a message, outside the repository.</summary>
    public Action<IRetryConfigurator> ConfigureRetry { get; init; } = retry => retry.Intervals(20, 100, 500, 2000);

    public IHost Build()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Error);
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true);
        builder.Services.AddSingleton(Hooks);
        if (Database is not null)
            builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(Database));
        builder.Services.AddMassTransit(bus =>
        {
            if (Concurrency > 0)
                AddSaga(bus);
            if (BrokerPort is null)
                bus.UsingInMemory(Configure);
            else
                bus.UsingRabbitMq((context, factory) =>
                {
                    factory.Host(PrivateBroker.Host, (ushort)BrokerPort, "/", host => host.PublisherConfirmation = true);
                    Configure(context, factory);
                });
        });
        ConfigureServices(builder.Services);
        return builder.Build();
    }

    void AddSaga(IBusRegistrationConfigurator bus)
    {
        var saga = bus.AddSagaStateMachine<ErrandMachine, ErrandState>();
        if (OtherRepository is not null)
        {
            OtherRepository(saga);
            return;
        }

        if (Database is null)
        {
            saga.InMemoryRepository();
            bus.AddInMemorySagaDeadlines<ErrandState>();
            return;
        }

        saga.PostgresRepository(repository =>
        {
            repository.Table = "errand";
            repository.Serializer = ErrandJson.Default.ErrandState;
            ConfigureRepository(repository);
        });
    }

    void Configure(IBusRegistrationContext context, IBusFactoryConfigurator factory)
    {
        factory.ConfigureJsonSerializerOptions(options =>
        {
            options.WriteIndented = false;
            return options;
        });
        if (Concurrency > 0)
        {
            factory.ReceiveEndpoint(Queue, endpoint =>
            {
                endpoint.ConcurrentMessageLimit = Concurrency;
                endpoint.PrefetchCount = Concurrency * 2;
                endpoint.UseMessageRetry(ConfigureRetry);
                if (WaitsForDatabase)
                    endpoint.UseDatabaseRetry();
                ConfigureSagaEndpoint(endpoint, context);
                endpoint.ConfigureSaga<ErrandState>(context);
            });
        }

        ConfigureEndpoints(context, factory);
    }
}
