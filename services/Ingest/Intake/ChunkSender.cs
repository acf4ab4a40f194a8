using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Intake;

/// <summary>
/// Hands accepted card objects on to the Translator: at once, and those that a crash left behind later. The store has them until the
/// broker has confirmed the message.
/// </summary>
sealed partial class ChunkSender(IJobStore jobs, IBus bus, TimeProvider time, ILogger<ChunkSender> logger) : BackgroundService
{
    const int AtOnce = 20;
    static readonly Uri Translator = new("exchange:translator");
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LeftBehindAfter = TimeSpan.FromSeconds(15);

    public async Task SendAsync(CardChunk chunk, CancellationToken cancellationToken)
    {
        var endpoint = await bus.GetSendEndpoint(Translator);
        await endpoint.Send(chunk.Cards, context => context.MessageId = chunk.ChunkId, cancellationToken);
        await jobs.HandedOnAsync(chunk.ChunkId, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var chunk in await jobs.FindLeftBehindAsync(LeftBehindAfter, AtOnce, stoppingToken))
                {
                    LogLeftBehind(logger, chunk.Cards.Cards.Count, chunk.Cards.Job.Name);
                    await SendAsync(chunk, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "{Count} accepted card objects of job {Job} were not handed on; handing them on now.")]
    static partial void LogLeftBehind(ILogger logger, int count, string job);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "Accepted card objects cannot be handed on ({Cause}); trying again.")]
    static partial void LogFailed(ILogger logger, string cause);
}
