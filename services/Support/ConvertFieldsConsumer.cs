using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using PersoMesh.Contracts;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Conversions;
using PersoMesh.Sealing;
using ConversionOutcome = PersoMesh.Contracts.Preparation.ConversionOutcome;

namespace PersoMesh.Support;

/// <summary>Runs a profile's conversions over a chunk of card objects.</summary>
sealed class ConvertFieldsConsumer(CompiledPlans plans, PayloadSealer sealer) : IConsumer<ConvertFields>
{
    public async Task Consume(ConsumeContext<ConvertFields> context)
    {
        try
        {
            var plan = plans.Get(context.Message);
            await context.RespondAsync(new FieldsConverted([.. context.Message.Cards.Select(card => Convert(context.Message, plan, card))]));
        }
        catch (InvalidPlanException e)
        {
            await context.RespondAsync(new FieldsConverted([], $"Profile {context.Message.Profile} cannot be run by this Support: {e.Message}"));
        }
    }

    ConversionOutcome Convert(ConvertFields request, CompiledPlan plan, CardObject card)
    {
        var json = sealer.Open("card-object", card.CardObjectId, card.SealedFields);
        var inputs = JsonSerializer.Deserialize(json, ContractsJson.Default.DictionaryStringString)!;
        CryptographicOperations.ZeroMemory(json);
        var outcome = plan.Evaluate(inputs);
        if (!outcome.IsSuccess)
        {
            var failure = outcome.Failure;
            return new ConversionOutcome(null, FieldOrigins.Describe(request.Fields, failure.Field), $"{(failure.Function is null ? "" : failure.Function + ": ")}{failure.Reason} (for {failure.Field})");
        }

        var fields = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(outcome.Outputs), ContractsJson.Default.DictionaryStringString);
        var payload = sealer.Seal("card-object", card.CardObjectId, fields);
        CryptographicOperations.ZeroMemory(fields);
        return new ConversionOutcome(payload);
    }
}
