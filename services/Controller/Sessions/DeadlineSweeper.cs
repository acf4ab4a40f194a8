using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersoMesh.Contracts.Session;
using PersoMesh.Hosting;

namespace PersoMesh.Controller.Sessions;

/// <summary>Tells sessions whose state has lasted too long.</summary>
sealed partial class DeadlineSweeper(SessionDeadlines deadlines, IBus bus, TimeProvider time, ILogger<DeadlineSweeper> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (sessionId, state) in deadlines.TakePassed())
                await TellAsync(sessionId, state, stoppingToken);
        }
    }

    async Task TellAsync(Guid sessionId, string state, CancellationToken stoppingToken)
    {
        try
        {
            await bus.SendAsync(QueueNames.OwnSessions, new SessionDeadlinePassed(sessionId, state), stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            deadlines.Set(sessionId, state, Interval);
            LogNotSent(logger, sessionId, e.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "Session {Session} cannot be told that its deadline has passed ({Cause}); trying again.")]
    static partial void LogNotSent(ILogger logger, Guid session, string cause);
}
