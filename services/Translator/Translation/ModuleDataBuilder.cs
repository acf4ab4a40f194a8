using PersoMesh.Contracts.Preparation;
using PersoMesh.Conversions;
using PersoMesh.Profiles;

namespace PersoMesh.Translator.Translation;

/// <summary>Renders what a station does to a card besides its chip.</summary>
static class ModuleDataBuilder
{
    public static ModuleData Build(CardProfile profile, IReadOnlyDictionary<string, string> fields)
    {
        var (stripe, printing) = (profile.MagneticStripe, profile.Printing);
        return new ModuleData
        {
            Tracks = stripe is null ? [] : [Optional(stripe.Track1), Optional(stripe.Track2), Optional(stripe.Track3)],
            HighCoercivity = stripe?.Coercivity != Coercivity.Low,
            EmbossLines = [.. (profile.Embossing?.Lines ?? []).Select(line => new EmbossLine(Text(line.Text), line.Row, line.Column))],
            Design = printing?.Design ?? "plain",
            Front = [.. (printing?.Front ?? []).Select(Print)],
            Back = [.. (printing?.Back ?? []).Select(Print)],
            Photo = printing?.Photo is { } photo
                ? new PhotoArea((double)photo.X, (double)photo.Y, (double)photo.Width, (double)photo.Height, fields.GetValueOrDefault(photo.Field, ""))
                : null,
        };

        string? Optional(Template? template) => template is null ? null : Text(template);
        string Text(Template template) => template.Render(name => fields[name]);
        PrintedText Print(PlacedText text) => new(Text(text.Text), (double)text.X, (double)text.Y, (double)text.Size, text.Weight, text.Align, text.Tone);
    }
}
