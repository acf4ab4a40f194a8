using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PersoMesh.Postgres;

/// <summary>Lets a host bring its databases up to date before anything else in it starts.</summary>
public static class MigrationRegistration
{
    /// <summary>
    /// Adds steps that are applied when the host starts, before its other services. A database that is down is waited for.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="set">The steps.</param>
    /// <param name="dataSource">Finds the database; by default the registered <see cref="NpgsqlDataSource"/>.</param>
    public static IServiceCollection AddMigrations(
        this IServiceCollection services, MigrationSet set, Func<IServiceProvider, NpgsqlDataSource>? dataSource = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, MigrationService>());
        return services.AddSingleton(
            provider => new PendingMigrations(set, dataSource?.Invoke(provider) ?? provider.GetRequiredService<NpgsqlDataSource>()));
    }
}

sealed record PendingMigrations(MigrationSet Set, NpgsqlDataSource DataSource);

/// <summary>Applies all migrations of a host in the phase before its services start.</summary>
sealed partial class MigrationService(IEnumerable<PendingMigrations> pending, TimeProvider time, ILogger<MigrationService> logger) :
    IHostedLifecycleService
{
    static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var migrations in pending)
        {
            var count = await ApplyAsync(migrations, cancellationToken).ConfigureAwait(false);
            if (count > 0)
                LogApplied(logger, count, migrations.Set.Owner);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task<int> ApplyAsync(PendingMigrations migrations, CancellationToken cancellationToken)
    {
        for (var isWaiting = false; ; isWaiting = true)
        {
            try
            {
                return await Migrator.ApplyAsync(migrations.DataSource, migrations.Set, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                if (!isWaiting)
                    LogWaiting(logger, migrations.Set.Owner, e.Message);
                await Task.Delay(RetryInterval, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(EventId = 8001, Level = LogLevel.Information, Message = "Applied {Count} migrations of {Owner}.")]
    static partial void LogApplied(ILogger logger, int count, string owner);

    [LoggerMessage(EventId = 8002, Level = LogLevel.Warning,
        Message = "The database of {Owner} cannot be reached yet; trying again until it can: {Reason}")]
    static partial void LogWaiting(ILogger logger, string owner, string reason);
}
