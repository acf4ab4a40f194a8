using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>Puts the first card into every reader, and tells the Controller of cards that wait until it answers.</summary>
sealed partial class StationRunner(
    StationDirectory stations, IBus bus, IOptions<StationGatewayOptions> options, TimeProvider time, ILogger<StationRunner> logger) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lanes = stations.All.SelectMany(station => station.Lanes).ToArray();
        await Task.WhenAll(lanes.Select(lane => lane.StartAsync(stoppingToken)));
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await RemindAsync(lanes, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task RemindAsync(ReaderLane[] lanes, CancellationToken stoppingToken)
    {
        try
        {
            foreach (var lane in lanes)
                await lane.RemindAsync(bus, options.Value.ReminderInterval, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The Controller has not declared its queue yet, or the broker is away: the next round says it again.
            LogNotHeard(logger, e.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "The Controller cannot be told that cards wait ({Cause}); trying again.")]
    static partial void LogNotHeard(ILogger logger, string cause);
}
