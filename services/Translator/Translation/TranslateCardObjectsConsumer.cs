using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.PreparedJobs;
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
        var raw = cards.Where(card => card.SealedRecord is null).ToArray();
        List<TranslatedCard> translated = new(cards.Count);
        List<Refusal> refusals = [];
        if (profile.NeedsPreparation is { } place)
        {
            refusals.AddRange(raw.Select(card => new Refusal(card.RecordNumber, card.CardObjectId, place, "the issuer must prepare this card: perso prepare.")));
            raw = [];
        }

        var outcomes = raw.Length == 0 ? [] : await ConvertAsync(profile, raw, context.CancellationToken);
        for (var i = 0; i < raw.Length; i++)
            Translate(profile, raw[i], outcomes[i], translated, refusals);
        foreach (var card in cards.Where(card => card.SealedRecord is not null))
            TranslatePrepared(profile, card, translated, refusals);
        if (translated.Count > 0)
            await context.Send(Security, new PrepareCards(job, translated));
        if (refusals.Count > 0)
            await context.Publish(new CardObjectsRefused(job.JobId, refusals), context.CancellationToken);
    }

    async Task<IReadOnlyList<ConversionOutcome>> ConvertAsync(CardProfile profile, CardObject[] cards, CancellationToken cancellationToken)
    {
        var conversions = profile.Fields.Fields
            .Select(field => new FieldConversion(field.Name, field.From, [.. field.Steps.Select(step => new ConversionStep(step.Function, step.Arguments))], field.Optional))
            .ToArray();
        var response = await support.GetResponse<FieldsConverted>(new ConvertFields(profile.Reference, conversions, cards), cancellationToken);
        return response.Message.Fault is { } fault ? throw new InvalidOperationException(fault) : response.Message.Outcomes;
    }

    void Translate(CardProfile profile, CardObject card, ConversionOutcome outcome, List<TranslatedCard> translated, List<Refusal> refusals)
    {
        if (outcome.SealedFields is null)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, outcome.Field, outcome.Reason ?? "no reason was given"));
            return;
        }

        var fields = OpenFields(card.CardObjectId, outcome.SealedFields);
        Translate(profile, card, fields, () => ScriptBuilder.Build(profile, fields), translated, refusals);
    }

    void TranslatePrepared(CardProfile profile, CardObject card, List<TranslatedCard> translated, List<Refusal> refusals)
    {
        var json = sealer.Open("prepared-record", card.CardObjectId, card.SealedRecord!);
        var record = JsonSerializer.Deserialize(json, ContractsJson.Default.PreparedRecordReference)!;
        CryptographicOperations.ZeroMemory(json);
        Translate(profile, card, OpenFields(card.CardObjectId, card.SealedFields), () => ScriptBuilder.Build(profile, record), translated, refusals);
    }

    void Translate(
        CardProfile profile, CardObject card, Dictionary<string, string> fields, Func<PersonalizationScript> build,
        List<TranslatedCard> translated, List<Refusal> refusals)
    {
        try
        {
            var script = build();
            var modules = ModuleDataBuilder.Build(profile, fields);
            translated.Add(new TranslatedCard(card.CardObjectId, card.RecordNumber, ScriptBuilder.Opening(profile),
                sealer.Seal("script", card.CardObjectId, JsonSerializer.SerializeToUtf8Bytes(script, ContractsJson.Default.PersonalizationScript)),
                sealer.Seal("modules", card.CardObjectId, JsonSerializer.SerializeToUtf8Bytes(modules, ContractsJson.Default.ModuleData))));
        }
        catch (RenderException e)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, e.Where, e.Reason));
        }
        catch (PreparedJobException e)
        {
            refusals.Add(new Refusal(card.RecordNumber, card.CardObjectId, e.Where, $"{e.Reason} The record was changed after preparation."));
        }
    }

    Dictionary<string, string> OpenFields(string cardObjectId, byte[] sealedFields)
    {
        var json = sealer.Open("card-object", cardObjectId, sealedFields);
        var fields = JsonSerializer.Deserialize(json, ContractsJson.Default.DictionaryStringString)!;
        CryptographicOperations.ZeroMemory(json);
        return fields;
    }
}
