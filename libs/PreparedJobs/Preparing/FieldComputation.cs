using PersoMesh.Conversions;
using PersoMesh.Keys;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// Computes the fields of a profile in their order: conversions, and among them what takes the issuer's keys or counters. Thread-safe.
/// </summary>
public sealed class FieldComputation
{
    readonly List<Stage> _stages = [];

    /// <summary>Prepares the computation.</summary>
    /// <param name="profile">A sound profile.</param>
    public FieldComputation(CardProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var converted = profile.Fields.Fields;
        var at = 0;
        foreach (var group in profile.PreparedFields.GroupBy(field => field.Place))
        {
            _stages.Add(new Stage(Conversions(at, group.Key), [.. group]));
            at = group.Key;
        }

        _stages.Add(new Stage(Conversions(at, converted.Count), []));

        CompiledPlan Conversions(int from, int to) => new ConversionPlan([.. converted.Skip(from).Take(to - from)]).Compile();
    }

    /// <summary>Computes the fields of one card.</summary>
    /// <param name="session">A session with the issuer's module.</param>
    /// <param name="inputs">Inputs by name.</param>
    /// <param name="numbers">The card's number of each of the profile's counters.</param>
    /// <returns>Inputs and fields by name. Cardholder data, and verification values, which are secret.</returns>
    /// <exception cref="PreparedJobException">A value does not fit; names the field.</exception>
    /// <exception cref="SecurityModuleException">A key is missing, or the token refused.</exception>
    public IReadOnlyDictionary<string, string> Compute(
        ISecuritySession session, IReadOnlyDictionary<string, string> inputs, IReadOnlyDictionary<string, long> numbers)
    {
        var fields = inputs;
        foreach (var stage in _stages)
        {
            var outcome = stage.Conversions.Evaluate(fields);
            if (!outcome.IsSuccess)
            {
                var (field, function, reason) = outcome.Failure;
                throw new PreparedJobException(field, function is null ? reason : $"{function}: {reason}");
            }

            fields = stage.Prepared.Length == 0 ? outcome.Outputs : WithPrepared(session, stage.Prepared, outcome.Outputs, numbers);
        }

        return fields;
    }

    static Dictionary<string, string> WithPrepared(
        ISecuritySession session, PreparedField[] prepared, IReadOnlyDictionary<string, string> fields,
        IReadOnlyDictionary<string, long> numbers)
    {
        var all = new Dictionary<string, string>(fields, StringComparer.Ordinal);
        foreach (var field in prepared)
        {
            try
            {
                all.Add(field.Name, field.Resolve(all) is var parameters && parameters is CardNumberParameters number
                    ? CardNumber.Compute(number, numbers[number.Counter])
                    : VerificationValues.Compute(session, parameters));
            }
            catch (RenderException e)
            {
                throw new PreparedJobException(field.Name, e.Reason, e);
            }
            catch (Emv.PinBlockException e)
            {
                throw new PreparedJobException(field.Name, e.Message, e);
            }
            catch (ArgumentException e)
            {
                throw new SecurityModuleException($"Field '{field.Name}' cannot be computed with its keys: {e.Message}", e);
            }
        }

        return all;
    }

    sealed record Stage(CompiledPlan Conversions, PreparedField[] Prepared);
}
