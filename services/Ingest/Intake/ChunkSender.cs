using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersoMesh.DataKeys;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Sealing;

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
                var sent = 0;
                while (sent < AtOnce && await SendLeftBehindAsync(stoppingToken))
                    sent++;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e.GetType().Name);
            }
        }
    }

    async Task<bool> SendLeftBehindAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await jobs.TakeLeftBehindAsync(LeftBehindAfter, cancellationToken) is not { } chunk)
                return false;
            LogLeftBehind(logger, chunk.Cards.Cards.Count, chunk.Cards.Job.Name);
            await SendAsync(chunk, cancellationToken);
        }
        catch (Exception e) when (e is SealBrokenException or DataKeyDestroyedException)
        {
            // That job has to be looked at; the others go on.
            LogUnreadable(logger, e.Message);
        }

        return true;
    }

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "{Count} accepted card objects of job {Job} were not handed on; handing them on now.")]
    static partial void LogLeftBehind(ILogger logger, int count, string job);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "Accepted card objects cannot be handed on ({Cause}); trying again.")]
    static partial void LogFailed(ILogger logger, string cause);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Error, Message = "Accepted card objects are not handed on: {Reason} Remake them in another job.")]
    static partial void LogUnreadable(ILogger logger, string reason);
}
