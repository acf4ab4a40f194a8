using MassTransit;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>Accounts for sessions that ended, for what came of an operator's orders, and for pools that were stopped.</summary>
sealed class SessionOutcomeConsumer(IJobStore jobs) :
    IConsumer<CardPersonalized>, IConsumer<CardFailed>, IConsumer<PoolStopped>, IConsumer<PoolResumed>, IConsumer<CardsWithdrawn>,
    IConsumer<CardsRemade>, IConsumer<CardResolved>
{
    public Task Consume(ConsumeContext<CardPersonalized> context) =>
        jobs.FinishSessionAsync(context.Message.Session, Verdict.Good, reason: null, willRetry: false, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<CardFailed> context) =>
        jobs.FinishSessionAsync(context.Message.Session, context.Message.Verdict, context.Message.Reason, context.Message.WillRetry, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<PoolStopped> context) =>
        jobs.StopPoolAsync(context.Message.Pool, context.Message.Reason, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<PoolResumed> context) =>
        jobs.StopPoolAsync(context.Message.Pool, reason: null, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<CardsWithdrawn> context) => jobs.WithdrawAsync(context.Message, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<CardsRemade> context) => jobs.RemakeAsync(context.Message, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<CardResolved> context) => jobs.ResolveAsync(context.Message, context.CancellationToken).AsTask();
}
