using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PersoMesh.Perso.Commands;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Samples;

/// <summary>Writes made-up card objects in the formats that a profile reads. The same seed gives the same file.</summary>
static class SampleFile
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>File name extension of the format that samples of a profile are written in.</summary>
    public static string ExtensionFor(CardProfile profile) => profile.Input.Csv is not null ? "csv" : profile.Input.JsonLines ? "jsonl" : "txt";

    /// <summary>Writes a file whose name's extension says the format: <c>.csv</c>, <c>.jsonl</c> or <c>.txt</c>.</summary>
    /// <returns>The path.</returns>
    public static string Write(CardProfile profile, int cards, int seed, string path)
    {
        using var file = File.Create(path);
        Write(profile, cards, seed, Path.GetExtension(path).TrimStart('.'), file);
        return path;
    }

    /// <exception cref="UserErrorException">There are no samples for the profile, or it does not read the format.</exception>
    public static void Write(CardProfile profile, int cards, int seed, string extension, Stream output)
    {
        var objects = profile.Name switch
        {
            "emv-debit" => EmvDebitSamples.Generate(cards, seed),
            "emv-dda" => EmvDdaSamples.Generate(cards, seed),
            "emv-complete" => EmvCompleteSamples.Generate(cards, seed),
            "access-badge" => AccessBadgeSamples.Generate(cards, seed),
            "campus-card" => CampusCardSamples.Generate(cards, seed),
            "id-pkcs15" => IdPkcs15Samples.Generate(cards, seed),
            _ => throw new UserErrorException($"There are no sample card objects for profile '{profile.Name}'; there are some for emv-debit, emv-dda, emv-complete, access-badge, campus-card and id-pkcs15."),
        };
        switch (extension)
        {
            case "csv" when profile.Input.Csv is { } csv:
                WriteCsv(objects, csv, output);
                break;
            case "jsonl" when profile.Input.JsonLines:
                WriteJsonLines(objects, output);
                break;
            case "txt" when profile.Input.Text is { } text:
                WriteText(objects, text, output);
                break;
            default:
                throw new UserErrorException($"Profile {profile.Reference} does not read '{extension}' files.");
        }
    }

    /// <summary>Writes a data source of a profile, in another order than the card objects.</summary>
    /// <exception cref="UserErrorException">There are no samples for it.</exception>
    public static void WriteSource(CardProfile profile, string name, int cards, int seed, Stream output)
    {
        if ((profile.Name, name) != ("emv-complete", EmvCompleteSamples.Source))
            throw new UserErrorException($"There is no sample of a source '{name}' for profile '{profile.Name}'; there is '{EmvCompleteSamples.Source}' for emv-complete.");
        WriteCsv(EmvCompleteSamples.GenerateSource(cards, seed), profile.Input.Sources.Single(source => source.Name == name).Format, output);
    }

    static void WriteCsv(IEnumerable<IReadOnlyDictionary<string, string>> objects, CsvFormat format, Stream output)
    {
        using var writer = new StreamWriter(output, WithoutMark(format.Encoding), leaveOpen: true) { NewLine = "\r\n" };
        var isFirst = true;
        foreach (var card in objects)
        {
            if (isFirst)
                writer.WriteLine(string.Join(format.Delimiter, card.Keys));
            isFirst = false;
            writer.WriteLine(string.Join(format.Delimiter, card.Values.Select(value => value.Contains(format.Delimiter) ? $"\"{value}\"" : value)));
        }
    }

    static void WriteJsonLines(IEnumerable<IReadOnlyDictionary<string, string>> objects, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var card in objects)
            writer.WriteLine(JsonSerializer.Serialize(card, Json));
    }

    // The card object of the multistation server: one KEY=value line per module, a blank line between cards.
    static void WriteText(IEnumerable<IReadOnlyDictionary<string, string>> objects, TextFormat format, Stream output)
    {
        using var writer = new StreamWriter(output, WithoutMark(format.Encoding), leaveOpen: true) { NewLine = "\r\n" };
        foreach (var card in objects)
        {
            foreach (var line in format.Lines)
                writer.WriteLine($"{line.Key}={(line.IsIgnored ? "none" : string.Join(line.Separator ?? '|', line.Fields.Select(name => card.GetValueOrDefault(name, ""))))}");
            writer.WriteLine();
        }
    }

    static Encoding WithoutMark(Encoding encoding) => encoding is UTF8Encoding ? new UTF8Encoding(false) : encoding;
}
