using PersoMesh.Contracts.Ingest;
using PersoMesh.Profiles;
using InputField = PersoMesh.Contracts.Ingest.InputField;

namespace PersoMesh.Translator.Profiles;

/// <summary>What Ingest, and an issuer's preparation, must know of a profile to read card objects.</summary>
public static class ProfileDescription
{
    public static ProfileDescribed Of(CardProfile profile)
    {
        var input = profile.Input;
        return new ProfileDescribed
        {
            Profile = profile.Reference,
            Pool = profile.Pool,
            MaxAttempts = profile.MaxAttempts,
            RetentionDays = profile.RetentionDays,
            IdentifierField = input.Identifier,
            Fields = [.. input.Fields.Select(field => new InputField(field.Name, field.IsRequired, field.Default, field.MaxLength ?? 0))],
            Formats = [.. Formats(input)],
        };
    }

    static IEnumerable<InputFormatDescription> Formats(CardInput input)
    {
        if (input.Csv is { } csv)
            yield return new InputFormatDescription("csv", csv.Encoding.WebName, csv.Delimiter.ToString(), []);
        if (input.JsonLines)
            yield return new InputFormatDescription("jsonl", "utf-8", "", []);
        if (input.Text is { } text)
        {
            yield return new InputFormatDescription("text", text.Encoding.WebName, "",
                [.. text.Lines.Select(line => new TextLineDescription(line.Key, line.Fields, line.Separator?.ToString() ?? "", line.IsIgnored))]);
        }
    }
}
