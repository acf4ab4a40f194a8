using MassTransit;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>Accounts for sessions that ended.</summary>
sealed class SessionOutcomeConsumer(IJobStore jobs) : IConsumer<CardPersonalized>, IConsumer<CardFailed>
{
    public Task Consume(ConsumeContext<CardPersonalized> context) =>
        jobs.FinishSessionAsync(context.Message.Session, Verdict.Good, reason: null, willRetry: false, context.CancellationToken).AsTask();

    public Task Consume(ConsumeContext<CardFailed> context) =>
        jobs.FinishSessionAsync(context.Message.Session, context.Message.Verdict, context.Message.Reason, context.Message.WillRetry, context.CancellationToken).AsTask();
}
