using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PersoMesh.Controller.Dispatch;

/// <summary>
/// Deletes claims of sessions that ended long ago: rejected ones, those without a verdict, and good ones of jobs whose card data are destroyed. Until then a good claim
/// stays, because it is what makes the database refuse a second good card; an unresolved one stays, because it may be settled. The audit
/// log has all of them.
/// </summary>
sealed partial class ClaimPurge(NpgsqlDataSource database, TimeProvider time, ILogger<ClaimPurge> logger) : BackgroundService
{
    const int AtOnce = 500;
    static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Longer than sessions are remembered: a repeated message of one finds its claim.
    static readonly TimeSpan Age = TimeSpan.FromDays(8);

    /// <summary>Deletes what is older.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PurgeAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        const string Purge = """
            DELETE FROM controller_claim WHERE session_id IN (
                SELECT session_id FROM controller_claim l LEFT JOIN controller_card c USING (card_id) LEFT JOIN controller_job j USING (job_id)
                WHERE claimed_at < now() - $1 AND (verdict IN (1, 3) OR (verdict = 0 AND data_destroyed_at IS NOT NULL)) LIMIT $2)
            """;
        for (var count = 0; ;)
        {
            await using var command = database.CreateCommand(Purge);
            command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = age });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = AtOnce });
            var deleted = await command.ExecuteNonQueryAsync(cancellationToken);
            count += deleted;
            if (deleted < AtOnce)
                return count;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(Age, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 3005, Level = LogLevel.Warning, Message = "Old claims cannot be deleted ({Cause}); trying again in an hour.")]
    static partial void LogFailed(ILogger logger, string cause);
}
