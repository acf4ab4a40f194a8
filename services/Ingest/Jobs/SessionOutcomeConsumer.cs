using MassTransit;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>Accounts for sessions that ended, and for pools that were stopped.</summary>
sealed class SessionOutcomeConsumer(IJobStore jobs) : IConsumer<CardPersonalized>, IConsumer<CardFailed>, IConsumer<PoolStopped>
{
    public Task Consume(ConsumeContext<CardPersonalized> context) =>
        jobs.FinishSessionAsync(context.Message.Session, Verdict.Good, reason: null, willRetry: false, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<CardFailed> context) =>
        jobs.FinishSessionAsync(context.Message.Session, context.Message.Verdict, context.Message.Reason, context.Message.WillRetry, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<PoolStopped> context) =>
        jobs.StopPoolAsync(context.Message.Pool, context.Message.Reason, context.CancellationToken).AsTask();
}
