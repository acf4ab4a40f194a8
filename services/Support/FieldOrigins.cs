using PersoMesh.Contracts.Preparation;
using PersoMesh.Conversions;

namespace PersoMesh.Support;

/// <summary>Finds the issuer's fields behind a computed one: an issuer can correct those.</summary>
static class FieldOrigins
{
    /// <summary>Names of the inputs that a field is computed from, in the order of their use; the field itself when it is an input.</summary>
    public static string Describe(IReadOnlyList<FieldConversion> conversions, string field)
    {
        List<string> inputs = [];
        Collect(conversions, field, inputs);
        return string.Join(", ", inputs);
    }

    static void Collect(IReadOnlyList<FieldConversion> conversions, string field, List<string> inputs)
    {
        if (conversions.FirstOrDefault(conversion => conversion.Name == field) is not { } conversion)
        {
            if (!inputs.Contains(field))
                inputs.Add(field);
            return;
        }

        // Without a value that flows in, the first function builds it from its arguments.
        IEnumerable<string> templates = conversion.From is null ? conversion.Steps[0].Arguments.Values : [conversion.From];
        foreach (var name in templates.SelectMany(template => Template.Parse(template).Names))
            Collect(conversions, name, inputs);
    }
}
