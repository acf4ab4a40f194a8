using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersoMesh.Keys;

/// <summary>A key in clear, for demonstrations and tests.</summary>
/// <param name="Label">Label in the security module.</param>
/// <param name="Algorithm">The cipher.</param>
/// <param name="Value">Hexadecimal digits.</param>
public sealed record DemoKey(string Label, KeyAlgorithm Algorithm, string Value)
{
    /// <summary>Label and algorithm only.</summary>
    public override string ToString() => $"{Label} ({Algorithm})";
}

/// <summary>A JSON file of keys in clear: <c>{"keys":[{"label":…,"algorithm":"Aes","value":"…"}]}</c>. FOR DEMONSTRATION ONLY.</summary>
public static partial class DemoKeyFile
{
    /// <summary>Reads the keys of a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonException">The file is not of this form.</exception>
    public static IReadOnlyList<DemoKey> Read(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize(file, DemoKeyJson.Default.Document)?.Keys ?? throw new JsonException("The file has no 'keys'.");
    }

    /// <summary>Reads one key of a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonException">The file is not of this form, or has no such key.</exception>
    public static DemoKey Read(string path, string label) =>
        Read(path).FirstOrDefault(key => key.Label == label) ?? throw new JsonException($"The file has no key '{label}'.");

    /// <summary>The in-process security module with all keys of a file; the caller disposes it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="JsonException">The file is not of this form.</exception>
    /// <exception cref="FormatException">A value is not hexadecimal.</exception>
    /// <exception cref="ArgumentException">A key has no length of its algorithm.</exception>
    public static SoftwareSecurityModule OpenModule(string path)
    {
        var module = new SoftwareSecurityModule();
        try
        {
            foreach (var key in Read(path))
                module.AddKey(key.Label, key.Algorithm, Convert.FromHexString(key.Value));
            return module;
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    internal sealed record Document(IReadOnlyList<DemoKey> Keys);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Document))]
    internal sealed partial class DemoKeyJson : JsonSerializerContext;
}
