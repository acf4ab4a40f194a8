using PersoMesh.Conversions;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>The fields that stripe, embossing and printing need: all that a bureau gets of a card object besides its chip's data.</summary>
static class OffChipFields
{
    public static IReadOnlyList<string> Of(CardProfile profile)
    {
        List<Template?> templates = [profile.MagneticStripe?.Track1, profile.MagneticStripe?.Track2, profile.MagneticStripe?.Track3];
        templates.AddRange((profile.Embossing?.Lines ?? []).Select(line => line.Text));
        templates.AddRange((profile.Printing?.Front ?? []).Select(text => text.Text));
        templates.AddRange((profile.Printing?.Back ?? []).Select(text => text.Text));
        var names = templates.OfType<Template>().SelectMany(template => template.Names);
        return [.. (profile.Printing?.Photo is { } photo ? names.Append(photo.Field) : names).Distinct(StringComparer.Ordinal)];
    }
}
