using System.Text.Json.Nodes;

namespace PersoMesh.Deployment.Tests;

/// <summary>What kubectl makes of a folder of k8s/.</summary>
sealed class Manifests
{
    static readonly Dictionary<string, Manifests> Rendered = new(StringComparer.Ordinal);
    static readonly Lock Gate = new();

    Manifests(string folder) =>
        Objects = Yaml.Documents(Tool.Run("kubernetes-client", "kubectl", "kustomize", $"k8s/{folder}"));

    public static TheoryData<string> Folders => ["base", "broker", "simulated", "site", "secrets"];

    /// <summary>The folders that are applied: a mesh each.</summary>
    public static TheoryData<string> Meshes => ["simulated", "site"];

    public IReadOnlyList<JsonObject> Objects { get; }

    public static Manifests Of(string folder)
    {
        lock (Gate)
            return Rendered.TryGetValue(folder, out var manifests) ? manifests : Rendered[folder] = new Manifests(folder);
    }

    public IEnumerable<JsonObject> OfKind(params string[] kinds) => Objects.Where(item => kinds.Contains(item.Text("kind")));

    public JsonObject Get(string kind, string name) => OfKind(kind).Single(item => item.Text("metadata", "name") == name);

    public IEnumerable<Workload> Workloads => OfKind("Deployment", "StatefulSet").Select(item => new Workload(this, item));

    public IEnumerable<Workload> Services => Workloads.Where(workload => workload.Program is not null);
}

/// <summary>A Deployment or StatefulSet; all of ours have one container.</summary>
sealed record Workload(Manifests Manifests, JsonObject Definition)
{
    public string Name => Definition.Text("metadata", "name")!;

    public JsonNode Pod => Definition.At("spec", "template", "spec")!;

    public JsonNode Container => Pod.Items("containers").Single();

    public string Image => Container.Text("image")!;

    public IReadOnlyDictionary<string, string> Labels => Definition.Map("spec", "template", "metadata", "labels");

    /// <summary>Which of our services it runs; null for other people's programs.</summary>
    public string? Program
    {
        get
        {
            var image = Image[(Image.LastIndexOf('/') + 1)..].Split(':')[0].Replace("-", "", StringComparison.Ordinal);
            return Image.Contains("persomesh/", StringComparison.Ordinal)
                ? Repository.Services.Single(service => image.StartsWith(service, StringComparison.OrdinalIgnoreCase))
                : null;
        }
    }

    /// <summary>The container's variables, those of ConfigMaps included.</summary>
    public IReadOnlyDictionary<string, string> Environment => Container.Items("envFrom")
        .SelectMany(source => Manifests.Get("ConfigMap", source.Text("configMapRef", "name")!).Map("data"))
        .Concat(Container.Items("env").Select(variable => KeyValuePair.Create(variable.Text("name")!, variable.Text("value")!)))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Mounted Secrets: where, and which.</summary>
    public IEnumerable<(string Path, string Secret)> Secrets => MountsOf("secret", "secretName");

    /// <summary>Mounted ConfigMaps: where, and which.</summary>
    public IEnumerable<(string Path, string ConfigMap)> ConfigMaps => MountsOf("configMap", "name");

    public bool Matches(IReadOnlyDictionary<string, string> selector) =>
        selector.All(label => Labels.GetValueOrDefault(label.Key) == label.Value);

    IEnumerable<(string Path, string Name)> MountsOf(string kind, string nameOf) =>
        from mount in Container.Items("volumeMounts")
        join volume in Pod.Items("volumes") on mount.Text("name") equals volume.Text("name")
        where volume.At(kind) is not null
        select (mount.Text("mountPath")!, volume.Text(kind, nameOf)!);
}
