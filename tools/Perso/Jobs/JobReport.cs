using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Ingest.Reports;

namespace PersoMesh.Perso.Jobs;

/// <summary>Writes a job's report: <c>report.csv</c>, the issuer's return file, and <c>report.json</c> for a script. One line per record of the input.</summary>
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
        await using (var csv = File.Create(Path.Combine(folder, "report.csv")))
            await ReturnFile.WriteAsync(csv, lines.ToAsyncEnumerable(), cancellationToken);
        await using var json = File.Create(Path.Combine(folder, "report.json"));
        await JsonSerializer.SerializeAsync(json, lines, Json, cancellationToken);
    }
}
