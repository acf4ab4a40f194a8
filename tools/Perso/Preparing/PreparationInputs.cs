using PersoMesh.Contracts.Ingest;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Intake;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;
using PersoMesh.Translator.Profiles;
using InputField = PersoMesh.Contracts.Ingest.InputField;

namespace PersoMesh.Perso.Preparing;

/// <summary>What a card object brings, completed from the profile's sources and counters, and checked.</summary>
/// <param name="plan">The profile, its open sources and its counters.</param>
/// <param name="target">Where the cards go; says which it cannot take.</param>
/// <remarks>Not thread-safe: numbers go to the card objects in their order.</remarks>
sealed class PreparationInputs(PreparationPlan plan, IPreparedCards target)
{
    readonly HashSet<string> _own = [.. plan.Pass.Profile.Input.Fields.Select(field => field.Name)];
    readonly HashSet<string> _identifiers = new(StringComparer.Ordinal);
    readonly RecordCheck _check = new(Description(plan.Pass.Profile));

    /// <summary>Completes and checks a record.</summary>
    /// <param name="record">As it was read.</param>
    /// <param name="number">Its number in the file.</param>
    /// <param name="cancellationToken">Ends the reading of sources.</param>
    /// <returns>The card, or why there is none.</returns>
    /// <exception cref="PreparedJobException">A counter gives no number.</exception>
    public async Task<(CardInputs? Card, Refusal? Refusal)> CompleteAsync(ReadRecord record, long number, CancellationToken cancellationToken)
    {
        var (completed, refusal) = await WithSourcesAsync(record, number, cancellationToken);
        if (refusal is not null)
            return (null, refusal);
        if (_check.Check(completed, out var identifier, out var inputs) is { } fault)
            return (null, new Refusal(number, fault.CardObjectId, fault.Field, fault.Reason!));
        if (!_identifiers.Add(identifier))
            return (null, new Refusal(number, identifier, _check.IdentifierField, "the identifier was used before: every card object needs its own"));
        if (target.Refuse(identifier) is { } refused)
            return (null, new Refusal(number, identifier, refused.Where ?? _check.IdentifierField, refused.Reason));
        var numbers = plan.Counters.ToDictionary(counter => counter.Key, counter => counter.Value.Take(), StringComparer.Ordinal);
        return (new CardInputs(number, identifier, inputs, numbers), null);
    }

    async Task<(ReadRecord Record, Refusal? Refusal)> WithSourcesAsync(ReadRecord record, long number, CancellationToken cancellationToken)
    {
        if (plan.Sources.Count == 0 || record.Fields is not { } own)
            return (record, null);
        var identifier = own.GetValueOrDefault(_check.IdentifierField);
        if (own.Keys.FirstOrDefault(name => !_own.Contains(name)) is { } other)
            return Refused(other, $"the card object has no such field; it has {string.Join(", ", _own)}");
        var all = new Dictionary<string, string>(own, StringComparer.Ordinal);
        foreach (var source in plan.Sources)
        {
            // Without its key the record is faulty, which the check says in its own words.
            if (own.GetValueOrDefault(source.Source.Key) is not { Length: > 0 } key)
                continue;
            var (values, reason) = await source.FindAsync(key, cancellationToken);
            if (values is null)
                return Refused(source.Source.Key, reason!);
            foreach (var (name, value) in values)
                all.Add(name, value);
        }

        return (record with { Fields = all }, null);

        (ReadRecord, Refusal?) Refused(string field, string reason) => (record,
            new Refusal(number, identifier is not null && RecordCheck.IsIdentifier(identifier) ? identifier : null, field, reason));
    }

    static ProfileDescribed Description(CardProfile profile)
    {
        var description = ProfileDescription.Of(profile);
        var further = profile.Input.Sources.SelectMany(source => source.Fields)
            .Select(field => new InputField(field.Name, field.IsRequired, field.Default, field.MaxLength ?? 0));
        return description with { Fields = [.. description.Fields, .. further] };
    }
}
