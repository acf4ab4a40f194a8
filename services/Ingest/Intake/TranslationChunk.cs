using MassTransit;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Hosting;

namespace PersoMesh.Ingest.Intake;

/// <summary>Collects accepted card objects and sends them to the Translator many at a time. Not thread-safe.</summary>
sealed class TranslationChunk(JobReference job, PreparationCredit credit, ISendEndpointProvider sender, IngestOptions options)
{
    static readonly Uri Translator = new("exchange:translator");

    List<CardObject> _cards = [];
    int _bytes;

    /// <summary>Adds a card object; waits while too many of the job are under preparation.</summary>
    public async ValueTask AddAsync(CardObject card, CancellationToken cancellationToken)
    {
        var taken = credit.TakeAsync(job.JobId, cancellationToken);
        if (!taken.IsCompleted)
            await SendAsync(cancellationToken); // rather than hold what there is while waiting
        await taken;
        _cards.Add(card);
        _bytes += card.SealedFields.Length;
        if (_cards.Count >= options.ChunkSize || _bytes >= options.ChunkBytes)
            await SendAsync(cancellationToken);
    }

    /// <summary>Sends what was collected.</summary>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (_cards.Count == 0)
            return;
        var cards = _cards;
        (_cards, _bytes) = ([], 0);
        await sender.SendAsync(Translator, new TranslateCardObjects { Job = job, Cards = cards }, cancellationToken);
    }
}
