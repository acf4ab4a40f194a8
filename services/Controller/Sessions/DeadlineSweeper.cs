using MassTransit;
using Microsoft.Extensions.Hosting;
using PersoMesh.Contracts.Session;
using PersoMesh.Hosting;

namespace PersoMesh.Controller.Sessions;

/// <summary>Tells sessions whose state has lasted too long.</summary>
sealed class DeadlineSweeper(SessionDeadlines deadlines, IBus bus, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (sessionId, state) in deadlines.TakePassed())
                await bus.SendAsync(QueueNames.OwnSessions, new SessionDeadlinePassed(sessionId, state), stoppingToken);
        }
    }
}
