using PersoMesh.Ingest.Formats;
using PersoMesh.Perso.Commands;
using PersoMesh.Perso.Jobs;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.VirtualCards;

/// <summary>Reads one card object of an issuer's file and computes its fields, as the services do.</summary>
static class CardObjectFile
{
    /// <exception cref="UserErrorException">There is no such record, or it is not as the profile wants it.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadFieldsAsync(
        CardProfile profile, string path, string? format, int number, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        await foreach (var record in RecordReader.ReadAsync(file, Format(profile, RecordFormat.Of(path, format)), cancellationToken))
        {
            if (record.RecordNumber == number || record.RecordNumber == 0)
                return Compute(profile, record, path);
        }

        throw new UserErrorException($"{path} has no record {number}.");
    }

    static Dictionary<string, string> Compute(CardProfile profile, ReadRecord record, string path)
    {
        if (record.Fault is { } fault)
            throw new UserErrorException($"{path}, line {record.LineNumber}: {fault}.");
        var inputs = profile.Input.Fields.ToDictionary(
            field => field.Name,
            field => record.Fields!.GetValueOrDefault(field.Name) is { Length: > 0 } value ? value : field.Default,
            StringComparer.Ordinal);
        if (record.Fields!.Keys.FirstOrDefault(name => !inputs.ContainsKey(name)) is { } unknown)
            throw new UserErrorException($"{path}, line {record.LineNumber}: profile {profile.Reference} has no field '{unknown}'.");
        if (profile.Input.Fields.FirstOrDefault(field => field.IsRequired && inputs[field.Name].Length == 0) is { } missing)
            throw new UserErrorException($"{path}, line {record.LineNumber}: field '{missing.Name}' is required and is missing or empty.");
        var outcome = profile.Fields.Compile().Evaluate(inputs);
        if (outcome.Outputs is not { } computed)
            throw new UserErrorException($"{path}, line {record.LineNumber}: {outcome}");
        var fields = new Dictionary<string, string>(inputs, StringComparer.Ordinal);
        foreach (var (name, value) in computed)
            fields[name] = value;
        return fields;
    }

    static InputFormat Format(CardProfile profile, string kind) => (kind, profile.Input) switch
    {
        ("csv", { Csv: { } csv }) => new(InputKind.Csv) { Delimiter = csv.Delimiter, Encoding = csv.Encoding.WebName, LineBreaksInQuotes = false },
        ("jsonl", { JsonLines: true }) => new(InputKind.JsonLines),
        ("text", { Text: { } text }) => new(InputKind.TextCardObject)
        {
            Encoding = text.Encoding.WebName,
            TextLines = text.Lines.ToDictionary(
                line => line.Key, line => new Ingest.Formats.TextLine(line.Fields, line.Separator?.ToString() ?? "", line.IsIgnored), StringComparer.Ordinal),
        },
        _ => throw new UserErrorException($"Profile {profile.Reference} does not read format '{kind}'."),
    };
}
