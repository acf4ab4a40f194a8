using MassTransit;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;
using PersoMesh.Security.VirtualCards;

namespace PersoMesh.Security.Preparation;

/// <summary>Computes the secrets of a chunk of cards and seals them under an HSM key: from here on the cards are ready.</summary>
sealed class PrepareCardsConsumer(ISecurityModule module, ScriptVault vault, VirtualCardSessions virtualCards) : IConsumer<PrepareCards>
{
    static readonly Uri Controller = new("exchange:controller");

    public async Task Consume(ConsumeContext<PrepareCards> context)
    {
        var (job, cards) = (context.Message.Job, context.Message.Cards);
        List<ReadyCard> ready = new(cards.Count);
        List<Refusal> refusals = [];
        using (var session = module.OpenSession())
        {
            foreach (var card in cards)
                Prepare(session, card, ready, refusals);
        }

        if (ready.Count > 0)
        {
            await context.Send(Controller, new CardsReady(job, ready));
            await context.Publish(new CardObjectsPrepared(job.JobId, [.. ready.Select(card => card.CardObjectId)]), context.CancellationToken);
        }

        if (refusals.Count > 0)
            await context.Publish(new CardObjectsRefused(job.JobId, refusals), context.CancellationToken);
    }

    void Prepare(ISecuritySession session, TranslatedCard card, List<ReadyCard> ready, List<Refusal> refusals)
    {
        using var span = SecurityTelemetry.StartCard("prepare card", card.CardObjectId);
        try
        {
            var script = vault.OpenScript(card.CardObjectId, card.SealedScript);
            var prepared = script.VirtualCard is null ? WithSecrets(session, card.CardObjectId, script) : virtualCards.Prepare(session, script);
            ready.Add(new ReadyCard(card.CardObjectId, card.RecordNumber, card.Opening, vault.SealScript(card.CardObjectId, prepared), card.SealedModules));
        }
        catch (SecretRefusedException e)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, e.Secret, e.Message));
        }
        catch (PreparedJobException e)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, e.Where, e.Reason));
        }
        catch (KeyNotFoundInModuleException e)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, null, e.Message));
        }
    }

    static PersonalizationScript WithSecrets(ISecuritySession session, string cardObjectId, PersonalizationScript script)
    {
        var values = script.PreparedRecord is { } record
            ? PreparedSecrets.Open(session, cardObjectId, record, script.Secrets)
            : [.. script.Secrets.Select(secret => SecretComputer.Compute(session, secret))];
        return script with { Secrets = [], PreparedRecord = null, SealedSecrets = values.Length == 0 ? null : ScriptVault.SealSecrets(session, cardObjectId, values) };
    }
}
