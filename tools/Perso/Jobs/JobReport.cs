using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Perso.Jobs;

/// <summary>Writes a job's report: <c>report.csv</c> for a spreadsheet, <c>report.json</c> for a script. One line per record of the input.</summary>
static class JobReport
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public static async Task WriteAsync(string folder, IReadOnlyList<CardReport> lines, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await using (var csv = new StreamWriter(Path.Combine(folder, "report.csv")))
        {
            await csv.WriteLineAsync("record,identifier,verdict,serial,station,reader,started,durationMs,apdus,attempts,field,reason");
            foreach (var line in lines)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await csv.WriteLineAsync(string.Join(',', Columns(line).Select(Quote)));
            }
        }

        await using var json = File.Create(Path.Combine(folder, "report.json"));
        await JsonSerializer.SerializeAsync(json, lines, Json, cancellationToken);
    }

    static IEnumerable<string?> Columns(CardReport line) =>
    [
        line.RecordNumber.ToString(CultureInfo.InvariantCulture),
        line.CardObjectId,
        line.State.ToString().ToLowerInvariant(),
        line.CardSerial,
        line.Station,
        line.Reader,
        line.Started?.ToString("O", CultureInfo.InvariantCulture),
        line.DurationMilliseconds?.ToString("0.0", CultureInfo.InvariantCulture),
        line.ApduCount.ToString(CultureInfo.InvariantCulture),
        line.Attempts.ToString(CultureInfo.InvariantCulture),
        line.Field,
        line.Reason,
    ];

    static string Quote(string? value) => value is null ? ""
        : value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}
