using System.Security.Cryptography;
using PersoMesh.Conversions;
using PersoMesh.Profiles;

namespace PersoMesh.PreparedJobs;

/// <summary>An application and its place among those of the profile, from 0.</summary>
public sealed record PlacedApplication(int Place, CardApplication Application);

/// <summary>
/// One pass over the cards of a job: some of the profile's applications, or all. The first pass also brings what stripe, embossing and
/// printing need. A pass asks of its card objects only for the fields that it uses.
/// </summary>
public sealed class PreparationPass
{
    readonly ApplicationProgress[] _all;

    PreparationPass(CardProfile profile, IReadOnlyCollection<string>? names, bool isFirst)
    {
        var all = (profile.Chip?.Applications ?? []).Select((application, place) => new PlacedApplication(place, application)).ToArray();
        foreach (var name in names ?? [])
        {
            if (!Array.Exists(all, placed => placed.Application.Name == name))
            {
                throw new PreparedJobException(
                    $"application '{name}'", $"profile {profile.Reference} has no such application; it has {Names(all)}.");
            }
        }

        _all = [.. all.Select(placed => new ApplicationProgress(placed.Application.Name, placed.Application.Aid, Records: 0))];
        Applications = [.. all.Where(placed => names is null || names.Contains(placed.Application.Name))];
        OffChipNames = isFirst ? OffChipFields.Of(profile) : [];
        Profile = isFirst && Applications.Count == all.Length ? profile : Part(profile);
        if (!isFirst && Profile.PreparedFields.OfType<CardNumberField>().FirstOrDefault() is { } number)
        {
            throw new PreparedJobException(
                $"field '{number.Name}'", "the pass that began the file counted its number: applications that use it are prepared there.");
        }
    }

    /// <summary>The profile, without what this pass has no use for: fields that it does not use are not computed, nor their inputs required.</summary>
    public CardProfile Profile { get; }

    /// <summary>What the pass prepares.</summary>
    public IReadOnlyList<PlacedApplication> Applications { get; }

    /// <summary>The fields that stripe, embossing and printing need; none when an earlier pass brought them.</summary>
    public IReadOnlyList<string> OffChipNames { get; }

    /// <summary>The pass that begins a file.</summary>
    /// <param name="profile">The card profile.</param>
    /// <param name="names">The applications; null for all.</param>
    /// <exception cref="PreparedJobException">The profile has no such application.</exception>
    public static PreparationPass First(CardProfile profile, IReadOnlyCollection<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new PreparationPass(profile, names, isFirst: true);
    }

    /// <summary>A pass that adds to a file.</summary>
    /// <param name="profile">The card profile.</param>
    /// <param name="names">The applications; null for all that no record of the file has.</param>
    /// <param name="header">The file's header.</param>
    /// <exception cref="PreparedJobException">
    /// The profile has no such application, or is another than the file's, or no names are given and some record has each application.
    /// </exception>
    public static PreparationPass Adding(CardProfile profile, IReadOnlyCollection<string>? names, PreparedHeader header)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(header);
        names ??= [.. header.Applications.Where(application => application.Records == 0).Select(application => application.Name)];
        var pass = new PreparationPass(profile, names, isFirst: false);
        if (!pass._all.Select(Identity).SequenceEqual(header.Applications.Select(Identity)))
        {
            throw new PreparedJobException(
                "the file", $"its applications are not those of profile {profile.Reference} here: both sides need the same profile.");
        }

        return pass.Applications.Count > 0
            ? pass
            : throw new PreparedJobException("the file", "every application of the profile is in some record of it: say which one is to be added.");
    }

    /// <summary>The header of a file that this pass begins, still without data keys.</summary>
    /// <param name="issuer">The issuer's identifier.</param>
    /// <param name="kek">The key encryption key of what the pass prepares.</param>
    /// <param name="sealing">The key encryption key for the MACs of file and records; null for the same.</param>
    /// <param name="layout">How the applications are written.</param>
    public PreparedHeader Begin(string issuer, KekReference kek, KekReference? sealing = null, ChipLayout layout = ChipLayout.Own)
    {
        ArgumentNullException.ThrowIfNull(kek);
        KekReference[] keks = sealing is null || sealing == kek ? [kek] : [kek, sealing];
        return new PreparedHeader(RandomNumberGenerator.GetBytes(PreparedHeader.FileIdLength), Profile.Reference, issuer, keks, Count: 0)
        {
            ChipLayout = layout,
            SealingKek = keks.Length - 1,
            Applications = _all,
        };
    }

    static (string, string) Identity(ApplicationProgress application) => (application.Name, Convert.ToHexString(application.Aid.Span));

    static string Names(IEnumerable<PlacedApplication> applications) => string.Join(", ", applications.Select(placed => placed.Application.Name));

    CardProfile Part(CardProfile profile)
    {
        var needed = Applications.SelectMany(placed => placed.Application.FieldNames).Concat(OffChipNames).ToHashSet(StringComparer.Ordinal);
        // A field uses only fields above it, so from the last to the first all uses are met.
        for (var place = profile.Fields.Fields.Count; place >= 0; place--)
        {
            foreach (var field in profile.PreparedFields.Reverse().Where(field => field.Place == place && needed.Contains(field.Name)))
                needed.UnionWith(field.FieldNames);
            if (place > 0 && profile.Fields.Fields[place - 1] is var above && needed.Contains(above.Name))
                needed.UnionWith(NamesIn(above));
        }

        var sources = profile.Input.Sources.Where(source => source.Fields.Any(input => needed.Contains(input.Name))).ToArray();
        needed.UnionWith(sources.Select(source => source.Key));
        needed.Add(profile.Input.Identifier);
        return profile with
        {
            Fields = new ConversionPlan([.. profile.Fields.Fields.Where(field => needed.Contains(field.Name))]),
            PreparedFields =
            [
                .. profile.PreparedFields.Where(field => needed.Contains(field.Name))
                    .Select(field => field with { Place = profile.Fields.Fields.Take(field.Place).Count(above => needed.Contains(above.Name)) }),
            ],
            Input = profile.Input with
            {
                Fields = [.. profile.Input.Fields.Select(Needed)],
                Sources = [.. sources.Select(source => source with { Fields = [.. source.Fields.Select(Needed)] })],
            },
        };

        InputField Needed(InputField input) => needed.Contains(input.Name) ? input : input with { IsRequired = false, Default = "" };
    }

    static IEnumerable<string> NamesIn(FieldPlan field) => field.Steps.SelectMany(step => step.Arguments.Values).Append(field.From)
        .OfType<string>().SelectMany(template => Template.Parse(template).Names);
}
