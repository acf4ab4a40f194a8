using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Hosting;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Retention;

/// <summary>
/// Destroys the card data of jobs whose profile's retention has passed: the Controller's by a command, Ingest's own by its data key. The
/// account, the return file and the audit log stay. Every step may be done again.
/// </summary>
sealed partial class RetentionSweeper(
    IJobStore jobs, IAuditTrail audit, IBus bus, IOptions<IngestOptions> options, TimeProvider time, ILogger<RetentionSweeper> logger) : BackgroundService
{
    const int AtOnce = 20;
    static readonly Uri Controller = new("exchange:controller");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RetentionInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var (jobId, name) in await jobs.FindExpiredAsync(AtOnce, stoppingToken))
                {
                    await audit.NoteAsync(new AuditRecord("ingest", "job.destroy", name), stoppingToken);
                    await bus.SendAsync(Controller, new DestroyJobData(jobId), stoppingToken);
                    await jobs.DestroyDataAsync(jobId, stoppingToken);
                    LogDestroyed(logger, name);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 1005, Level = LogLevel.Information, Message = "The card data of job {Job} are destroyed: its profile's retention has passed.")]
    static partial void LogDestroyed(ILogger logger, string job);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning, Message = "Card data whose retention has passed cannot be destroyed ({Cause}); trying again.")]
    static partial void LogFailed(ILogger logger, string cause);
}
