using System.Text.Json.Serialization.Metadata;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PersoMesh.Postgres;
using PersoMesh.PostgresSagas.Answers;
using PersoMesh.PostgresSagas.Consuming;
using PersoMesh.PostgresSagas.Storage;

namespace PersoMesh.PostgresSagas;

/// <summary>Settings of a saga repository in PostgreSQL.</summary>
/// <typeparam name="TSaga">The saga.</typeparam>
public sealed class PostgresSagaRepositoryConfigurator<TSaga> : ISpecification
    where TSaga : class, ISaga
{
    /// <summary>
    /// Name of the table, which the service owns: 1 to 48 small letters, digits and underscores. Required. It is created when the
    /// host starts, in the schema that the connection creates tables in.
    /// </summary>
    public string Table { get; set; } = "";

    /// <summary>
    /// How the state is written as JSON, independent of how messages are. Required. What one release writes, the next one must be
    /// able to read, and during a rolling upgrade the other way round too.
    /// </summary>
    public JsonTypeInfo<TSaga>? Serializer { get; set; }

    /// <summary>Finds the database; by default the registered <see cref="NpgsqlDataSource"/>.</summary>
    public Func<IServiceProvider, NpgsqlDataSource>? DataSource { get; set; }

    /// <summary>
    /// Optimistic (default): nothing is locked while the state machine runs; when another message for the same saga was quicker,
    /// the step runs once more, then with the row locked. Pessimistic: locked from the start, and one connection for each message
    /// under way; for steps that are dear to repeat.
    /// </summary>
    public ConcurrencyMode Concurrency { get; set; } = ConcurrencyMode.Optimistic;

    /// <summary>
    /// How many consumed messages a saga remembers, 1 to 1,000; 8 by default. A repeat that comes after so many others is taken for
    /// new.
    /// </summary>
    public int RememberedMessages { get; set; } = 8;

    /// <summary>
    /// How old answers must be that were never noted as sent, before a sweep sends them. 10 seconds by default; more than
    /// <see cref="HousekeepingInterval"/>.
    /// </summary>
    public TimeSpan ResendAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often to note what was sent, to sweep and to forget. 1 second by default.</summary>
    public TimeSpan HousekeepingInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the transport may take to confirm a saga's answers before they are left to a sweep. 30 seconds by default.
    /// </summary>
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a saga that has ended is remembered, so that late repeats are answered and do not begin it anew. Longer than any
    /// message can be under way, an operator's requeueing included. 7 days by default.
    /// </summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate()
    {
        if (!SagaTableSql.IsName(Table))
            yield return this.Failure(nameof(Table), Table, "must be 1 to 48 small letters, digits and underscores, a letter first");
        if (Serializer is null)
            yield return this.Failure(nameof(Serializer),
                $"must be set: the JsonTypeInfo of {typeof(TSaga).Name}, as a rule from a source-generated context");
        if (RememberedMessages is < 1 or > 1_000)
            yield return this.Failure(nameof(RememberedMessages), "must be 1 to 1,000");
        if (HousekeepingInterval <= TimeSpan.Zero)
            yield return this.Failure(nameof(HousekeepingInterval), "must be positive");
        if (ResendAfter <= HousekeepingInterval)
            yield return this.Failure(nameof(ResendAfter),
                $"must be longer than {nameof(HousekeepingInterval)}, or sweeps send what was sent already");
        if (DeliveryTimeout <= TimeSpan.Zero)
            yield return this.Failure(nameof(DeliveryTimeout), "must be positive");
        if (Retention <= TimeSpan.Zero)
            yield return this.Failure(nameof(Retention), "must be positive");
    }

    internal void Register(IServiceCollection services)
    {
        var (sql, serializer) = (new SagaTableSql(Table), Serializer!);
        var findDatabase = DataSource ?? (provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.AddMigrations(sql.Migrations, findDatabase);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AnswerSender>();
        services.AddSingleton(provider => new SagaTable<TSaga>(findDatabase(provider), sql, serializer));
        services.AddSingleton<DeliveredAnswers<TSaga>>();
        services.AddSingleton(new PostgresSagaOptions<TSaga>
        {
            Concurrency = Concurrency,
            RememberedMessages = RememberedMessages,
            ResendAfter = ResendAfter,
            HousekeepingInterval = HousekeepingInterval,
            DeliveryTimeout = DeliveryTimeout,
            Retention = Retention,
        });
        services.AddSingleton<SagaHousekeeping<TSaga>>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SagaHousekeeping<TSaga>>());
        if (typeof(ISagaDeadline).IsAssignableFrom(typeof(TSaga)))
            services.AddSingleton<ISagaDeadlines<TSaga>, PostgresSagaDeadlines<TSaga>>();
        services.RegisterLoadSagaRepository<TSaga, PostgresSagaRepositoryContextFactory<TSaga>>();
        services.RegisterSagaRepository<
            TSaga, SagaSession, SagaConsumeContextFactory<SagaSession, TSaga>, PostgresSagaRepositoryContextFactory<TSaga>>();
    }
}
