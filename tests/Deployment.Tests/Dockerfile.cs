using System.Text.Json;

namespace PersoMesh.Deployment.Tests;

/// <summary>services/Dockerfile.</summary>
static class Dockerfile
{
    /// <summary>Its instructions, continued lines joined.</summary>
    public static IReadOnlyList<string> Instructions { get; } =
    [
        .. Repository.Read("services/Dockerfile")
            .Replace("\\\n", " ", StringComparison.Ordinal)
            .Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#')),
    ];

    /// <summary>The command of the health check.</summary>
    public static IReadOnlyList<string> HealthCheck => Json(Instruction("HEALTHCHECK"));

    /// <summary>How the container starts.</summary>
    public static IReadOnlyList<string> EntryPoint => Json(Instruction("ENTRYPOINT"));

    /// <summary>Variables of the image, without those that depend on the build.</summary>
    public static IReadOnlyDictionary<string, string> Environment => Instruction("ENV")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Skip(1)
        .Select(variable => variable.Split('='))
        .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    public static string Instruction(string name) => Instructions.Single(line => line.StartsWith(name + " ", StringComparison.Ordinal));

    static string[] Json(string instruction) =>
        JsonSerializer.Deserialize<string[]>(instruction[instruction.IndexOf('[', StringComparison.Ordinal)..])!;
}
