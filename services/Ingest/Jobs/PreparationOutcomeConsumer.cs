using MassTransit;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Ingest.Intake;

namespace PersoMesh.Ingest.Jobs;

/// <summary>Accounts for card objects that came out of preparation, ready or refused.</summary>
sealed class PreparationOutcomeConsumer(IJobStore jobs, PreparationCredit credit) : IConsumer<CardObjectsPrepared>, IConsumer<CardObjectsRefused>
{
    public async Task Consume(ConsumeContext<CardObjectsPrepared> context)
    {
        await jobs.MarkReadyAsync(context.Message.JobId, context.Message.CardObjectIds, context.CancellationToken);
        credit.Return();
    }

    public async Task Consume(ConsumeContext<CardObjectsRefused> context)
    {
        await jobs.RefuseAsync(context.Message.JobId, context.Message.Refusals, context.CancellationToken);
        credit.Return();
    }
}
