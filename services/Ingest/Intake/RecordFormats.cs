using PersoMesh.Contracts.Ingest;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Intake;

/// <summary>Chooses, among the formats that a profile reads, the one that a submission names.</summary>
public static class RecordFormats
{
    /// <exception cref="SubmissionRefusedException">The profile does not read the format, or describes it wrongly.</exception>
    public static InputFormat Choose(ProfileDescribed profile, string kind, int maxRecordBytes)
    {
        if (profile.Formats.FirstOrDefault(format => format.Kind == kind) is not { } description)
            throw new SubmissionRefusedException($"Profile {profile.Profile} does not read format '{kind}'; it reads {string.Join(", ", profile.Formats.Select(format => format.Kind))}.");
        var chosen = new InputFormat(KindOf(kind))
        {
            Encoding = description.Encoding,
            MaxRecordBytes = maxRecordBytes,
            // No field of a card has a line break; with them, a quote that is never closed would take all cards behind it along.
            LineBreaksInQuotes = false,
            TextLines = description.TextLines.ToDictionary(line => line.Key, line => new TextLine(line.Fields, line.Separator, line.Ignore), StringComparer.Ordinal),
        };
        if (description.Delimiter.Length == 1)
            chosen = chosen with { Delimiter = description.Delimiter[0] };
        return chosen.Validate() is [var fault, ..] ? throw new SubmissionRefusedException($"Profile {profile.Profile}, format {kind}: {fault}") : chosen;
    }

    static InputKind KindOf(string kind) => kind switch
    {
        "csv" => InputKind.Csv,
        "jsonl" => InputKind.JsonLines,
        _ => InputKind.TextCardObject,
    };
}
