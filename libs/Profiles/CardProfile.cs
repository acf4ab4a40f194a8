using PersoMesh.Conversions;

namespace PersoMesh.Profiles;

/// <summary>
/// What becomes of one kind of card object: how the issuer's format is read, what each field becomes, what goes onto the
/// chip, the stripe and the two sides of the card. Read from YAML by <see cref="ProfileLibrary"/>; immutable; checked as a whole, so that a
/// profile that exists can be worked with. docs/profiles.md explains the format.
/// </summary>
/// <param name="Name">Kebab-case.</param>
/// <param name="Version">From 1. Raised with every change: jobs keep the version they were accepted with.</param>
/// <param name="Title">For people.</param>
/// <param name="Pool">The stations that may take this kind of card.</param>
/// <param name="RetentionDays">Days that a card object's data are kept after its last verdict; 0 = not at all.</param>
/// <param name="MaxAttempts">Physical cards that may be spent on one card object, from 1.</param>
/// <param name="Input">The issuer's fields and formats.</param>
/// <param name="Fields">Computed fields, in the order in which they are evaluated.</param>
/// <param name="Chip">Null when the card has no chip.</param>
/// <param name="MagneticStripe">Null when the card has no stripe.</param>
/// <param name="Embossing">Null when nothing is embossed.</param>
/// <param name="Printing">Null when nothing is printed.</param>
/// <param name="SecretNames">Inputs marked secret and the fields computed from them: to be sealed wherever they are stored or sent.</param>
public sealed record CardProfile(
    string Name,
    int Version,
    string Title,
    string Pool,
    int RetentionDays,
    int MaxAttempts,
    CardInput Input,
    ConversionPlan Fields,
    Chip? Chip,
    MagneticTracks? MagneticStripe,
    Embossing? Embossing,
    Printing? Printing,
    IReadOnlySet<string> SecretNames)
{
    /// <summary>Null when the chip is no file-system card. Never together with <see cref="Chip"/>.</summary>
    public FileSystemChip? FileSystem { get; init; }

    /// <summary>Fields that only issuer preparation can compute, in their order; each stands among <see cref="Fields"/>.</summary>
    public IReadOnlyList<PreparedField> PreparedFields { get; init; } = [];

    /// <summary>Names of all counters that <see cref="PreparedFields"/> take numbers from.</summary>
    public IReadOnlyList<string> Counters => [.. PreparedFields.OfType<CardNumberField>().Select(number => number.Counter)];

    /// <summary>
    /// What must be prepared by the issuer before a mesh can make the card: a data source, a field, a key. Null when the mesh can do
    /// all of it from card objects.
    /// </summary>
    public string? NeedsPreparation => Input.Sources is [var source, ..] ? $"source {source.Name}"
        : PreparedFields is [var first, ..] ? first.Name
        : (Chip?.Applications ?? []).FirstOrDefault(application => application.KeyPairs.Any()) is { } owner ? $"{owner.Name}, card key"
        : (Chip?.Applications ?? []).FirstOrDefault(application => application.PersonalizationKey is not null) is { } keyed
            ? $"{keyed.Name}, personalization key"
        : null;

    /// <summary><c>name@version</c>: how a job names the profile it was accepted with.</summary>
    public string Reference => $"{Name}@{Version}";

    /// <summary>Labels of all keys that the security module must have for these cards.</summary>
    public IReadOnlySet<string> KeyLabels => (Chip?.Applications ?? [])
        .SelectMany(a => a.Data).OfType<SecretGrouping>().SelectMany(g => g.Parts).Concat(FileSystem?.Secrets ?? [])
        .Select(p => p.KeyLabel).Append(Chip?.Channel.MasterKey).Concat(PreparedFields.SelectMany(f => f.KeyLabels))
        .OfType<string>().ToHashSet(StringComparer.Ordinal);
}
