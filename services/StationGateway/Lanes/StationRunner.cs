using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PersoMesh.Pcsc;
using PersoMesh.StationGateway.Readers.Pcsc;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>
/// Puts the first card into every reader, tells the Controller of cards that wait until it answers, and, when the process is told to stop, lets cards
/// in work be finished.
/// </summary>
sealed partial class StationRunner(
    StationDirectory stations, PcscReaders readers, IBusControl bus, IOptions<StationGatewayOptions> options, TimeProvider time, ILogger<StationRunner> logger)
    : BackgroundService, IHostedLifecycleService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    static readonly TimeSpan DrainInterval = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan CrossingTime = TimeSpan.FromSeconds(1);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before anything else stops: no new cards, and those in work to their end.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var lanes = stations.Lanes.ToArray();
        using var patience = new CancellationTokenSource(options.Value.DrainTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var withdrawn = await Task.WhenAll(lanes.Select(lane => lane.DrainAsync(either.Token)));
            // A card object may have been assigned before the Controller heard of it.
            if (withdrawn.Contains(true))
                await Task.Delay(CrossingTime, time, either.Token);
        }
#pragma warning disable CA1031 // Without a broker nobody can be told; the stop goes on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotHeard(logger, e.GetType().Name);
        }

        while (lanes.Count(lane => lane.IsBusy) is > 0 and var busy)
        {
            if (either.IsCancellationRequested)
            {
                LogNotDrained(logger, busy);
                return;
            }

            await Task.Delay(DrainInterval, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>After the bus has stopped: other programs may have the cards.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in stations.Lanes)
            await lane.LetGoAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The in-memory transport loses without a word what is sent before the receiver's queue exists.
        await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
        // Before the monitor tells of readers: those have lanes already that left a journal.
        await Task.WhenAll(stations.Lanes.Select(lane => lane.StartAsync(bus, stoppingToken)));
        await Task.WhenAll(FollowReadersAsync(stoppingToken), RemindAsync(stoppingToken));
    }

    async Task FollowReadersAsync(CancellationToken stoppingToken)
    {
        if (!readers.IsNeeded)
            return;
        await using var monitor = new ReaderMonitor();
        await readers.FollowAsync(monitor, lane => lane.StartAsync(bus, stoppingToken), stoppingToken);
    }

    async Task RemindAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                foreach (var lane in stations.Lanes)
                    await lane.RemindAsync(bus, options.Value.ReminderInterval, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The Controller has not declared its queue yet, or the broker is away: the next round says it again.
                LogNotHeard(logger, e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "The Controller cannot be told what the readers do ({Cause}); trying again.")]
    static partial void LogNotHeard(ILogger logger, string cause);

    [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "Stopping with {Busy} cards in work: the journal reports them after the next start.")]
    static partial void LogNotDrained(ILogger logger, int busy);
}
