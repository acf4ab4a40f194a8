using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PersoMesh.Controller.Dispatch;

/// <summary>Takes the ready cards of cancelled jobs back, some at a time: to cancel a job is one step, however many cards it has.</summary>
sealed partial class CancelledJobSweeper(ICardDispatcher dispatcher, IBus bus, TimeProvider time, ILogger<CancelledJobSweeper> logger) : BackgroundService
{
    const int AtOnce = 500;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.GetType().Name);
            }
        }
    }

    async Task SweepAsync(CancellationToken stoppingToken)
    {
        while (await dispatcher.FindCancelledAsync(AtOnce, stoppingToken) is { Count: > 0 } jobs)
        {
            foreach (var cards in jobs)
            {
                // Told first: what is not noted as withdrawn is told again.
                await bus.Publish(cards, stoppingToken);
                await dispatcher.WithdrawAsync(cards, stoppingToken);
            }
        }

        if (dispatcher is PostgresCardDispatcher shared)
            await shared.CloseEmptyJobsAsync(stoppingToken);
    }

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Cards of cancelled jobs cannot be taken back ({Cause}); trying again.")]
    static partial void LogFailed(ILogger logger, string cause);
}
