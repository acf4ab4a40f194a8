using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersoMesh.Contracts.Session;
using PersoMesh.Hosting;
using PersoMesh.PostgresSagas;

namespace PersoMesh.Controller.Sessions;

/// <summary>Tells sessions whose state has lasted too long. Replicas divide the work.</summary>
sealed partial class DeadlineSweeper(ISagaDeadlines<CardSession> deadlines, IBus bus, TimeProvider time, ILogger<DeadlineSweeper> logger) : BackgroundService
{
    const int AtOnce = 200;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // After this time a session is told once more: the message before may have died with its sender.
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var passed = await deadlines.ClaimDueAsync(session => new SessionDeadlinePassed(session.CorrelationId, session.CurrentState), AtOnce, Lease, stoppingToken);
                foreach (var message in passed)
                    await bus.SendAsync(QueueNames.OwnSessions, message, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotTold(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "Sessions cannot be told that their deadline has passed ({Cause}); trying again.")]
    static partial void LogNotTold(ILogger logger, string cause);
}
