using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PersoMesh.PostgresSagas.Answers;
using PersoMesh.PostgresSagas.Storage;

namespace PersoMesh.PostgresSagas.Consuming;

/// <summary>
/// Consumes messages for sagas that are rows. Reads the row; if it remembers the message, sends the stored answers again; else runs
/// the state machine with its sends captured, writes state, message key and answers in one statement, and only then sends.
/// </summary>
sealed partial class PostgresSagaRepositoryContextFactory<TSaga>(
    SagaTable<TSaga> table, PostgresSagaOptions<TSaga> options, AnswerSender sender, DeliveredAnswers<TSaga> delivered,
    ISagaConsumeContextFactory<SagaSession, TSaga> factory, IServiceProvider provider, TimeProvider time,
    ILogger<PostgresSagaRepositoryContextFactory<TSaga>> logger) :
    ISagaRepositoryContextFactory<TSaga>,
    ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
{
    /// <summary>
    /// From the second attempt on the row is locked, so another message is quicker at most once more: when the row did not exist
    /// and was inserted meanwhile.
    /// </summary>
    const int MaximumAttempts = 5;

    public void Probe(ProbeContext context) => context.Add("persistence", "postgresql");

    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var sagaId = context.CorrelationId ?? throw new SagaException("The message names no saga.", typeof(TSaga), typeof(T), Guid.Empty);
        var key = MessageKey.Of(context);
        for (var attempt = 1; attempt <= MaximumAttempts; attempt++)
        {
            var mustLock = attempt > 1 || options.Concurrency == ConcurrencyMode.Pessimistic;
            if (await TryConsumeAsync(context, sagaId, key, mustLock, next).ConfigureAwait(false) is { } outgoing)
            {
                await DeliverAsync(context, sagaId, outgoing).ConfigureAwait(false);
                return;
            }

            SagaTelemetry.CountConflict<TSaga>();
        }

        throw new ConcurrencyException($"Other messages were quicker, {MaximumAttempts} times in a row.", typeof(TSaga), sagaId);
    }

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class =>
        throw new NotImplementedByDesignException("Sagas in PostgreSQL are found by their identifier: correlate the event by id.");

    public async Task<T> Execute<T>(
        Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class
    {
        var session = table.OpenSession();
        await using var _ = session.ConfigureAwait(false);
        return await asyncMethod(new PostgresLoadContext<TSaga>(table, session, cancellationToken)).ConfigureAwait(false);
    }

    /// <returns>What to send now, or null when another message was quicker.</returns>
    async Task<Outgoing?> TryConsumeAsync<T>(
        ConsumeContext<T> context, Guid sagaId, Guid key, bool mustLock, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        var cancellationToken = context.CancellationToken;
        var session = table.OpenSession();
        await using var _ = session.ConfigureAwait(false);
        if (mustLock)
            await session.BeginAsync(cancellationToken).ConfigureAwait(false);
        var row = await table.LoadAsync(session, sagaId, mustLock, cancellationToken).ConfigureAwait(false);
        if (row is not null && row.Consumed.Contains(key))
        {
            SagaTelemetry.CountRepeated<TSaga>();
            return new Outgoing(row.Answers.FirstOrDefault(set => set.Key == key)?.Messages ?? [], row.Unsent.Contains(key) ? key : null);
        }

        var work = new PostgresSagaRepositoryContext<TSaga, T>(context, session, row, factory, provider, time);
        try
        {
            await RunAsync(work, next).ConfigureAwait(false);
        }
        catch (SagaFinishedException)
        {
            SagaTelemetry.CountLate<TSaga>();
            LogLate(logger, typeof(T).Name, sagaId);
            return new Outgoing([], null);
        }

        if (work.Changed is null)
            return new Outgoing(work.Captured, null);
        if (!await TryWriteAsync(session, row, work.Changed, work.IsFinished, key, work.Captured, cancellationToken).ConfigureAwait(false))
            return null;
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        SagaTelemetry.CountConsumed<TSaga>();
        return new Outgoing(work.Captured, key);
    }

    async Task RunAsync<T>(PostgresSagaRepositoryContext<TSaga, T> work, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class
    {
        work.CaptureScheduledMessages();
        // Endpoints that a step takes from the container must capture too.
        var scoped = provider.GetRequiredService<Bind<IBus, ISetScopedConsumeContext>>().Value;
        using var pushed = scoped.PushContext(work.GetPayload<IServiceScope>(), work);
        await next.Send(work).ConfigureAwait(false);
        await work.ConsumeCompleted.ConfigureAwait(false);
    }

    async Task<bool> TryWriteAsync(
        SagaSession session, SagaRow<TSaga>? row, TSaga saga, bool isFinished, Guid key, IReadOnlyList<Answer> captured,
        CancellationToken cancellationToken)
    {
        var clear = delivered.Take(saga.CorrelationId);
        var isWritten = false;
        try
        {
            var change = new SagaChange<TSaga>
            {
                Saga = saga,
                ExpectedVersion = row?.Version ?? 0,
                Consumed = [.. (row?.Consumed ?? []).TakeLast(options.RememberedMessages - 1), key],
                Unsent = captured.Count > 0 ? key : null,
                Delivered = clear,
                Answers = AnswersAfter(row, clear, key, captured),
                IsFinished = isFinished,
            };
            return isWritten = await table.WriteAsync(session, change, options.ResendAfter, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!isWritten && clear.Length > 0)
                delivered.Add(saga.CorrelationId, clear);
        }
    }

    /// <summary>
    /// The answers that a row holds from now on: those that may not have been sent, and the newest that there are: they go out again
    /// when their message comes again.
    /// </summary>
    /// <returns>Their storage form, or null when it is what the row holds already.</returns>
    static byte[]? AnswersAfter(SagaRow<TSaga>? row, Guid[] clear, Guid key, IReadOnlyList<Answer> captured)
    {
        var before = row?.Answers ?? [];
        var unsent = (row?.Unsent ?? []).Except(clear).ToHashSet();
        var kept = before.Where((set, i) => unsent.Contains(set.Key) || (captured.Count == 0 && i == before.Count - 1)).ToList();
        if (captured.Count > 0)
            kept.Add(new AnswerSet(key, captured));
        return captured.Count == 0 && kept.Count == before.Count ? null : AnswerCodec.Encode(kept);
    }

    async Task DeliverAsync(ConsumeContext context, Guid sagaId, Outgoing outgoing)
    {
        if (outgoing.Messages.Count == 0)
            return;
        // An outbox above would only keep them in memory, and we would take them for sent.
        var endpoints = InternalOutboxExtensions.SkipOutbox(context).ReceiveContext.SendEndpointProvider;
        try
        {
            await sender.SendAsync(endpoints, outgoing.Messages, options.DeliveryTimeout, context.CancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (outgoing.StoredUnder is not null)
        {
            // The message is consumed, whatever happens now: its answers are in the row, and the next sweep sends them.
            SagaTelemetry.CountUndelivered<TSaga>();
            LogUndelivered(logger, sagaId, outgoing.Messages.Count, e);
            return;
        }

        if (outgoing.StoredUnder is { } key)
            delivered.Add(sagaId, key);
    }

    [LoggerMessage(EventId = 8101, Level = LogLevel.Information,
        Message = "{MessageType} came for saga {SagaId}, which has ended; nothing was done.")]
    static partial void LogLate(ILogger logger, string messageType, Guid sagaId);

    [LoggerMessage(EventId = 8102, Level = LogLevel.Warning,
        Message = "Saga {SagaId} is written, but its {Count} answers could not all be sent; a sweep will send them.")]
    static partial void LogUndelivered(ILogger logger, Guid sagaId, int count, Exception exception);

    /// <summary>Messages to send once the database has them.</summary>
    /// <param name="Messages">The messages.</param>
    /// <param name="StoredUnder">
    /// Their key in the saga's row while the row says unsent; null when no sweep will send them, so a failure must be seen here.
    /// </param>
    sealed record Outgoing(IReadOnlyList<Answer> Messages, Guid? StoredUnder);
}
