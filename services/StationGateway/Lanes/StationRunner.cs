using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>Puts the first card into every reader once the bus runs, and reminds the Controller of cards that wait.</summary>
sealed class StationRunner(StationDirectory stations, IBus bus, IOptions<StationGatewayOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var lanes = stations.All.SelectMany(station => station.Lanes).ToArray();
        await Task.WhenAll(lanes.Select(lane => lane.StartAsync(bus, stoppingToken)));
        var interval = options.Value.ReminderInterval;
        using var timer = new PeriodicTimer(interval / 4, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var lane in lanes)
                await lane.RemindAsync(bus, interval, stoppingToken);
        }
    }
}
