using MassTransit;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Ingest.Intake;

namespace PersoMesh.Ingest.Jobs;

/// <summary>Accounts for chunks that a service gave up on after its retries: their card objects are refused by name instead of being waited for.</summary>
sealed class PreparationFaultConsumer(IJobStore jobs, PreparationCredit credit) : IConsumer<Fault<TranslateCardObjects>>, IConsumer<Fault<PrepareCards>>
{
    public Task Consume(ConsumeContext<Fault<TranslateCardObjects>> context)
    {
        var chunk = context.Message.Message;
        return RefuseAsync(chunk.Job.JobId, "Translator", context.Message, chunk.Cards.Select(card => (card.RecordNumber, card.CardObjectId)), context.CancellationToken);
    }

    public Task Consume(ConsumeContext<Fault<PrepareCards>> context)
    {
        var chunk = context.Message.Message;
        return RefuseAsync(chunk.Job.JobId, "Security", context.Message, chunk.Cards.Select(card => (card.RecordNumber, card.CardObjectId)), context.CancellationToken);
    }

    async Task RefuseAsync(Guid jobId, string service, Fault fault, IEnumerable<(long RecordNumber, string CardObjectId)> cards, CancellationToken cancellationToken)
    {
        var cause = fault.Exceptions.FirstOrDefault()?.ExceptionType.Split('.')[^1] ?? "an unknown fault";
        var refusals = cards.Select(card => new Refusal(card.RecordNumber, card.CardObjectId, null,
            $"{service} gave up after several tries ({cause}): its log, at {fault.Timestamp:O}, says why")).ToArray();
        await jobs.RefuseAsync(jobId, refusals, cancellationToken);
        credit.Return();
    }
}
