using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace PersoMesh.PostgresSagas;

/// <summary>Keeps sagas in PostgreSQL.</summary>
public static class PostgresSagaRegistration
{
    const int RetriesLater = 300;
    static readonly TimeSpan RetryLater = TimeSpan.FromSeconds(5);
    static readonly TimeSpan[] RetryAtFirst =
        [.. new[] { 50, 200, 500, 1000, 2000 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    /// <summary>
    /// Keeps a saga in a table of its own: state, the last messages it consumed and the messages it answered with in one row,
    /// written in one commit before anything is sent. A message that comes again is answered with the same messages again, under
    /// the same identifiers, and does not run the state machine. What a crash left unsent, a sweep sends.
    /// <para>
    /// Needs no outbox on the endpoint. Events correlate by identifier; every message needs a message identifier. A step of the
    /// state machine may run twice for one message: what it does besides changing the saga and sending must bear that, or happen in
    /// <see cref="ISagaTransaction"/>. Answers to one message are sent all at once, in no order. Only what changes a saga is kept:
    /// the answer to a read-only event, or for a saga that is not there, is sent and forgotten.
    /// </para>
    /// </summary>
    /// <typeparam name="TSaga">
    /// The saga; when it is an <see cref="ISagaDeadline"/>, <see cref="ISagaDeadlines{TSaga}"/> finds those that are overdue.
    /// </typeparam>
    /// <param name="saga">Where the saga is registered.</param>
    /// <param name="configure">Sets at least the table and the serializer.</param>
    /// <exception cref="ConfigurationException">A setting cannot be used; the message names all that cannot.</exception>
    public static ISagaRegistrationConfigurator<TSaga> PostgresRepository<TSaga>(
        this ISagaRegistrationConfigurator<TSaga> saga, Action<PostgresSagaRepositoryConfigurator<TSaga>> configure)
        where TSaga : class, ISaga
    {
        ArgumentNullException.ThrowIfNull(saga);
        ArgumentNullException.ThrowIfNull(configure);
        var configurator = new PostgresSagaRepositoryConfigurator<TSaga>();
        configure(configurator);
        configurator.Validate().ThrowIfContainsFailure($"The PostgreSQL repository of {typeof(TSaga).Name} is configured wrongly:");
        return saga.Repository(configurator.Register);
    }

    /// <summary>
    /// Keeps messages where they are while the database cannot be reached, for some 25 minutes, instead of failing them: a database
    /// that is restarted must not send its whole queue to the error queue. Other failures are left to other retries.
    /// </summary>
    /// <param name="endpoint">
    /// The saga's endpoint. Configure after the endpoint's general retry, which then does not multiply this one.
    /// </param>
    public static void UseDatabaseRetry(this IConsumePipeConfigurator endpoint) =>
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<NpgsqlException>(e => e.IsTransient);
            retry.Intervals([.. RetryAtFirst, .. Enumerable.Repeat(RetryLater, RetriesLater)]);
        });

    /// <summary>Lets the deadlines of sagas in MassTransit's in-memory repository be searched for like those in PostgreSQL.</summary>
    /// <typeparam name="TSaga">A saga that was registered with <c>InMemoryRepository()</c>.</typeparam>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddInMemorySagaDeadlines<TSaga>(this IServiceCollection services)
        where TSaga : class, ISaga, ISagaDeadline => services.AddSingleton<ISagaDeadlines<TSaga>, InMemorySagaDeadlines<TSaga>>();
}
