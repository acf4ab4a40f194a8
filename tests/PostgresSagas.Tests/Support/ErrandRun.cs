using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PersoMesh.SagaBench;
using PersoMesh.SagaBench.Errands;

namespace PersoMesh.PostgresSagas.Tests.Support;

/// <summary>What a test wants of a process.</summary>
public sealed record ErrandSetup
{
    /// <summary>Null for the in-memory repository.</summary>
    public string? Database { get; init; }

    /// <summary>Null for the in-memory transport.</summary>
    public int? BrokerPort { get; init; }

    public int Concurrency { get; init; } = 20;

    public bool HasListeners { get; init; } = true;

    public ErrandHooks Hooks { get; init; } = new();

    /// <summary>By default nothing is done in the background: tests sweep when they want to.</summary>
    public Action<PostgresSagaRepositoryConfigurator<ErrandState>> Repository { get; init; } = _ => { };

    public Action<IServiceCollection> Services { get; init; } = _ => { };

    public Action<IBusRegistrationContext, IBusFactoryConfigurator> Endpoints { get; init; } = (_, _) => { };

    /// <summary>Whether messages wait while the database is away.</summary>
    public bool WaitsForDatabase { get; init; }

    public Action<IRetryConfigurator> Retry { get; init; } = retry => retry.Immediate(2);
}

/// <summary>A running process with the saga of errands and listeners to its answers.</summary>
public sealed class ErrandRun : IAsyncDisposable
{
    static readonly TimeSpan NeverInATest = TimeSpan.FromDays(1);
    readonly IHost _host;

    ErrandRun(IHost host, Traffic traffic, ErrandHooks hooks) => (_host, Traffic, Hooks) = (host, traffic, hooks);

    public Traffic Traffic { get; }

    public ErrandHooks Hooks { get; }

    public IServiceProvider Services => _host.Services;

    public IBus Bus => Services.GetRequiredService<IBus>();

    internal SagaHousekeeping<ErrandState> Housekeeping => Services.GetRequiredService<SagaHousekeeping<ErrandState>>();

    public static async Task<ErrandRun> StartAsync(ErrandSetup setup)
    {
        var traffic = new Traffic();
        var host = new ErrandHost
        {
            Database = setup.Database,
            BrokerPort = setup.BrokerPort,
            Concurrency = setup.Concurrency,
            Hooks = setup.Hooks,
            ConfigureRetry = setup.Retry,
            WaitsForDatabase = setup.WaitsForDatabase,
            ConfigureRepository = repository =>
            {
                (repository.HousekeepingInterval, repository.ResendAfter) = (NeverInATest, 2 * NeverInATest);
                setup.Repository(repository);
            },
            ConfigureServices = services =>
            {
                services.AddSingleton(traffic);
                services.AddSendObserver(_ => traffic).AddReceiveObserver(_ => traffic);
                setup.Services(services);
            },
            ConfigureEndpoints = (context, factory) =>
            {
                if (setup.HasListeners)
                    factory.ReceiveEndpoint("errand-notes", endpoint => endpoint.Instance(traffic));

                setup.Endpoints(context, factory);
            },
        }.Build();
        await host.StartAsync();
        return new ErrandRun(host, traffic, setup.Hooks);
    }

    /// <summary>Sends a message to the saga.</summary>
    /// <returns>Its identifier, to send it again under.</returns>
    public async Task<Guid> SendAsync<T>(T message, Guid? messageId = null)
        where T : class
    {
        var id = messageId ?? NewId.NextGuid();
        var endpoint = await Bus.GetSendEndpoint(new Uri($"exchange:{ErrandHost.Queue}"));
        await endpoint.Send(message, context => context.MessageId = id);
        return id;
    }

    /// <summary>Reads the row of an errand; null when there is none.</summary>
    public async Task<ErrandRow?> ReadRowAsync(Guid errandId)
    {
        const string Sql = """
            SELECT version, state::text, consumed, unsent, length(answers), resend_at IS NOT NULL, finished_at IS NOT NULL, deadline
            FROM errand WHERE correlation_id = $1
            """;
        await using var command = Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(Sql);
        command.Parameters.Add(new() { Value = errandId });
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new ErrandRow(
                reader.GetInt32(0), reader.GetString(1), reader.GetFieldValue<Guid[]>(2), reader.GetFieldValue<Guid[]>(3),
                reader.GetInt32(4), reader.GetBoolean(5), reader.GetBoolean(6), reader.GetValue(7) as DateTime?)
            : null;
    }

    /// <summary>Runs a statement in the saga's database.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Lets the time pass after which unsent answers are swept.</summary>
    public Task MakeUnsentDueAsync() => ExecuteAsync("UPDATE errand SET resend_at = now() WHERE resend_at IS NOT NULL");

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>What a row of the table holds.</summary>
public sealed record ErrandRow(
    int Version, string State, Guid[] Consumed, Guid[] Unsent, int AnswersLength, bool IsWaitingForSweep, bool IsFinished,
    DateTime? Deadline);
