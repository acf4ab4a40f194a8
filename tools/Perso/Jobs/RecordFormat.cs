using PersoMesh.Perso.Commands;

namespace PersoMesh.Perso.Jobs;

/// <summary>Tells an issuer file's format from its name.</summary>
static class RecordFormat
{
    public static string Of(string path, string? given) => given ?? Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => "csv",
        ".jsonl" or ".ndjson" => "jsonl",
        ".txt" or ".emb" => "text",
        ".prec" or ".cps" => "prepared",
        _ => throw new UserErrorException($"The format of '{path}' cannot be told from its name: add --format csv, jsonl, text or prepared."),
    };
}
