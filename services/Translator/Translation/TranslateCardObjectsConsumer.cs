using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Profiles;
using PersoMesh.Sealing;

namespace PersoMesh.Translator.Translation;

/// <summary>Turns a chunk of card objects into scripts and module data: conversions by Support, structure by the profile, secrets left to Security.</summary>
sealed class TranslateCardObjectsConsumer(ProfileLibrary profiles, IRequestClient<ConvertFields> support, PayloadSealer sealer) : IConsumer<TranslateCardObjects>
{
    static readonly Uri Security = new("exchange:security-preparation");

    public async Task Consume(ConsumeContext<TranslateCardObjects> context)
    {
        var (job, cards) = (context.Message.Job, context.Message.Cards);
        var profile = profiles.Get(job.Profile);
        var conversions = profile.Fields.Fields
            .Select(field => new FieldConversion(field.Name, field.From, [.. field.Steps.Select(step => new ConversionStep(step.Function, step.Arguments))], field.Optional))
            .ToArray();
        var response = await support.GetResponse<FieldsConverted>(new ConvertFields(profile.Reference, conversions, cards), context.CancellationToken);
        if (response.Message.Fault is { } fault)
            throw new InvalidOperationException(fault);

        List<TranslatedCard> translated = new(cards.Count);
        List<Refusal> refusals = [];
        for (var i = 0; i < cards.Count; i++)
            Translate(profile, cards[i], response.Message.Outcomes[i], translated, refusals);
        if (translated.Count > 0)
            await context.Send(Security, new PrepareCards(job, translated));
        if (refusals.Count > 0)
            await context.Publish(new CardObjectsRefused(job.JobId, refusals), context.CancellationToken);
    }

    void Translate(CardProfile profile, CardObject card, ConversionOutcome outcome, List<TranslatedCard> translated, List<Refusal> refusals)
    {
        if (outcome.SealedFields is null)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, outcome.Field, outcome.Reason ?? "no reason was given"));
            return;
        }

        var json = sealer.Open("card-object", card.CardObjectId, outcome.SealedFields);
        var fields = JsonSerializer.Deserialize(json, ContractsJson.Default.DictionaryStringString)!;
        CryptographicOperations.ZeroMemory(json);
        try
        {
            var script = ScriptBuilder.Build(profile, fields);
            var modules = ModuleDataBuilder.Build(profile, fields);
            translated.Add(new TranslatedCard(card.CardObjectId, card.RecordNumber, ScriptBuilder.Opening(profile),
                sealer.Seal("script", card.CardObjectId, JsonSerializer.SerializeToUtf8Bytes(script, ContractsJson.Default.PersonalizationScript)),
                sealer.Seal("modules", card.CardObjectId, JsonSerializer.SerializeToUtf8Bytes(modules, ContractsJson.Default.ModuleData))));
        }
        catch (RenderException e)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, e.Where, e.Reason));
        }
    }
}
