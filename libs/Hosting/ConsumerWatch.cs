using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PersoMesh.Hosting;

/// <summary>
/// Ends the process when the broker has had no consumer on one of its queues for a while. MassTransit 8.4.0 can lose one for good when a
/// connection breaks while a message is under way or while the bus starts; a restart loses nothing, and the supervisor sees to it.
/// Where several processes serve a queue, the others hide a lost one: the queue is then served.
/// </summary>
sealed partial class ConsumerWatch(BrokerConnection broker, IReadOnlyList<string> queues, TimeProvider time, ILogger<ConsumerWatch> logger) : BackgroundService
{
    /// <summary>Exit status of a process that ended itself.</summary>
    public const int ExitStatus = 3;

    const int Patience = 3;
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly Dictionary<string, int> _missing = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                LogNoQueue(logger, e.ShutdownReason.ReplyText);
            }
            catch (Exception e) when (e is BrokerUnreachableException or OperationInterruptedException or AlreadyClosedException or IOException or TimeoutException)
            {
                // Without a broker nobody consumes; that is not for this process to mend.
                _missing.Clear();
            }

            if (_missing.FirstOrDefault(missing => missing.Value >= Patience).Key is not { } queue)
                continue;
            LogLost(logger, queue);
            Environment.Exit(ExitStatus);
        }
    }

    async Task LookAsync(CancellationToken cancellationToken)
    {
        var connection = await broker.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (channel.ConfigureAwait(false))
            {
                foreach (var queue in queues)
                {
                    // Counted first: a queue that does not exist ends the channel, and nobody consumes from it either.
                    _missing[queue] = _missing.GetValueOrDefault(queue) + 1;
                    if (await channel.ConsumerCountAsync(queue, cancellationToken).ConfigureAwait(false) > 0)
                        _missing[queue] = 0;
                }
            }
        }
    }

    [LoggerMessage(EventId = 9002, Level = LogLevel.Debug, Message = "A queue does not exist yet: {Reply}")]
    static partial void LogNoQueue(ILogger logger, string reply);

    [LoggerMessage(EventId = 9001, Level = LogLevel.Critical, Message = "Queue {Queue} has lost its consumer and does not get it back: this process ends, to be started again.")]
    static partial void LogLost(ILogger logger, string queue);
}
