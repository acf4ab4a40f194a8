using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersoMesh.PostgresSagas.Answers;
using PersoMesh.PostgresSagas.Storage;

namespace PersoMesh.PostgresSagas;

/// <summary>
/// What the table of one kind of saga needs from time to time: notes that answers were sent, sends those that a crash left behind,
/// forgets sagas that ended long ago. Every replica of a service does it; they pass over each other's rows.
/// </summary>
sealed partial class SagaHousekeeping<TSaga>(
    SagaTable<TSaga> table, PostgresSagaOptions<TSaga> options, DeliveredAnswers<TSaga> delivered, AnswerSender sender, IBus bus,
    TimeProvider time, ILogger<SagaHousekeeping<TSaga>> logger) :
    BackgroundService,
    IHostedLifecycleService
    where TSaga : class, ISaga
{
    /// <summary>Sagas in one statement.</summary>
    const int BatchSize = 200;

    /// <summary>Sagas whose answers are sent at the same time by a sweep.</summary>
    const int SweepSize = 50;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes what is left when the bus has stopped, so that the next start does not send it again.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => TryAsync(FlushAsync, cancellationToken);

    /// <summary>Notes in the rows which answers were sent.</summary>
    /// <returns>How many sagas it noted it for.</returns>
    public async Task<int> FlushAsync(CancellationToken cancellationToken)
    {
        for (var count = 0; ;)
        {
            var batch = delivered.TakeSome(BatchSize);
            if (batch.Count == 0)
                return count;
            try
            {
                await table.ClearDeliveredAsync([.. batch.Keys], [.. batch.Values.SelectMany(keys => keys)], cancellationToken)
                    .ConfigureAwait(false);
                count += batch.Count;
            }
            catch
            {
                foreach (var (sagaId, keys) in batch)
                    delivered.Add(sagaId, keys);
                throw;
            }
        }
    }

    /// <summary>Sends the answers that were not noted as sent within <see cref="PostgresSagaOptions{TSaga}.ResendAfter"/>.</summary>
    /// <returns>How many sagas it sent for.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        for (var count = 0; ;)
        {
            var claimed = await table.ClaimUnsentAsync(options.ResendAfter, SweepSize, cancellationToken).ConfigureAwait(false);
            var sent = await Task.WhenAll(claimed.Select(unsent => TrySendAsync(unsent, cancellationToken))).ConfigureAwait(false);
            await FlushAsync(cancellationToken).ConfigureAwait(false);
            count += sent.Count(isSent => isSent);
            if (claimed.Count < SweepSize)
                return count;
        }
    }

    /// <summary>Deletes the rows of sagas that ended longer ago than the retention.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        for (var count = 0; ;)
        {
            var deleted = await table.DeleteFinishedAsync(options.Retention, BatchSize, cancellationToken).ConfigureAwait(false);
            count += deleted;
            if (deleted < BatchSize)
                return count;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.HousekeepingInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            await TryAsync(FlushAsync, stoppingToken).ConfigureAwait(false);
            await TryAsync(SweepAsync, stoppingToken).ConfigureAwait(false);
            await TryAsync(PurgeAsync, stoppingToken).ConfigureAwait(false);
        }
    }

    // One saga whose answers cannot be read or sent must not keep the others waiting.
    async Task<bool> TrySendAsync(UnsentAnswers unsent, CancellationToken cancellationToken)
    {
        try
        {
            var messages = AnswerCodec.Decode(unsent.Answers).Where(set => unsent.Keys.Contains(set.Key)).SelectMany(set => set.Messages);
            await sender.SendAsync(bus, messages, options.DeliveryTimeout, cancellationToken).ConfigureAwait(false);
            delivered.Add(unsent.SagaId, unsent.Keys);
            SagaTelemetry.CountSwept<TSaga>();
            LogSwept(logger, unsent.SagaId);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            SagaTelemetry.CountUndelivered<TSaga>();
            LogUndelivered(logger, unsent.SagaId, unsent.Tries, e);
            return false;
        }
    }

    async Task TryAsync(Func<CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // The database is down, most likely. Everything is tried again at the next turn.
            LogFailed(logger, typeof(TSaga).Name, e);
        }
    }

    [LoggerMessage(EventId = 8103, Level = LogLevel.Information,
        Message = "Sent the answers of saga {SagaId}, which had been left behind.")]
    static partial void LogSwept(ILogger logger, Guid sagaId);

    [LoggerMessage(EventId = 8104, Level = LogLevel.Warning,
        Message = "The answers of saga {SagaId} could not be sent, try {Try}; they stay and are tried again, less and less often.")]
    static partial void LogUndelivered(ILogger logger, Guid sagaId, int @try, Exception exception);

    [LoggerMessage(EventId = 8105, Level = LogLevel.Warning, Message = "Housekeeping of {Saga} failed; it is tried again.")]
    static partial void LogFailed(ILogger logger, string saga, Exception exception);
}
