using System.Text.Json.Nodes;

namespace PersoMesh.Deployment.Tests;

/// <summary>docker-compose.yml, with its anchors put in place.</summary>
static class Compose
{
    public static JsonObject File { get; } = Yaml.Merged(Repository.Read("docker-compose.yml"));

    /// <summary>Everything that runs.</summary>
    public static IReadOnlyList<ComposeService> All { get; } =
        [.. ((JsonObject)File["services"]!).Select(entry => new ComposeService(entry.Key, (JsonObject)entry.Value!))];

    /// <summary>What runs one of our services.</summary>
    public static IReadOnlyList<ComposeService> Ours { get; } = [.. All.Where(service => service.Program is not null)];

    /// <summary>The host's file of a secret, relative to the root.</summary>
    public static string SecretFile(string secret) =>
        File.Text("secrets", secret, "file") ?? throw new InvalidOperationException($"There is no secret {secret}.");
}

/// <summary>A service of the Compose file.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Definition">Its map.</param>
sealed record ComposeService(string Name, JsonObject Definition)
{
    /// <summary>Which of our services it runs: the image's build argument; null for other people's.</summary>
    public string? Program => Definition.Text("build", "args", "SERVICE");

    public string Image => Definition.Text("image")!;

    public IReadOnlyDictionary<string, string> Environment => Definition.Map("environment");

    public IEnumerable<string> Networks => Texts("networks");

    public IEnumerable<string> Ports => Texts("ports");

    /// <summary>Names of its secrets; they are in /run/secrets.</summary>
    public IEnumerable<string> Secrets => Definition.Items("secrets")
        .Select(secret => secret is JsonValue name ? name.GetValue<string>() : secret.Text("source")!);

    /// <summary>Mounted folders and files: source (a path that begins with <c>./</c>, or a volume), target, options.</summary>
    public IEnumerable<(string Source, string Target, string Options)> Mounts => Texts("volumes")
        .Select(volume => volume.Split(':'))
        .Select(parts => (parts[0], parts[1], parts.ElementAtOrDefault(2) ?? ""));

    /// <summary>The items of a list of scalars.</summary>
    public IEnumerable<string> Texts(string name) => Definition.Items(name).Select(item => item.GetValue<string>());

    /// <summary>True when it runs with a profile of the Compose file.</summary>
    public bool RunsWith(string profile) => Texts("profiles").DefaultIfEmpty(profile).Contains(profile);

    public override string ToString() => Name;
}
