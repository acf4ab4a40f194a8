using System.Text.Json;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>The demonstration's keys, read here on their own from the file that everybody can read.</summary>
static class DemoKeys
{
    static readonly Dictionary<string, byte[]> Keys = Read();

    public static IReadOnlyCollection<byte[]> All => Keys.Values;

    public static byte[] Get(string label) => Keys[label];

    static Dictionary<string, byte[]> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "keys", "demo-keys.json")));
        return document.RootElement.GetProperty("keys").EnumerateArray().ToDictionary(
            key => key.GetProperty("label").GetString()!,
            key => Convert.FromHexString(key.GetProperty("value").GetString()!),
            StringComparer.Ordinal);
    }
}
