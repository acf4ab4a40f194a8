using System.Collections.Concurrent;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Conversions;

namespace PersoMesh.Support;

/// <summary>Plans that were compiled before. A profile's version never changes, so its name is the key; the cache is emptied when it grows odd.</summary>
sealed class CompiledPlans
{
    const int MaxPlans = 1000;

    readonly ConcurrentDictionary<string, CompiledPlan> _plans = new(StringComparer.Ordinal);

    /// <exception cref="InvalidPlanException">The plan names a function that this Support does not have, or calls one wrongly.</exception>
    public CompiledPlan Get(ConvertFields request)
    {
        if (_plans.TryGetValue(request.Profile, out var known))
            return known;
        if (_plans.Count >= MaxPlans)
            _plans.Clear();
        var plan = new ConversionPlan([.. request.Fields.Select(field => new FieldPlan(
            field.Name, field.From, [.. field.Steps.Select(step => new Conversions.ConversionStep(step.Function, step.Arguments))], field.Optional))]);
        return _plans[request.Profile] = plan.Compile();
    }
}
