namespace PersoMesh.Benchmarks;

/// <summary>The published card of mrautio/emv-card-simulator, with its private keys (tests/vectors/emv).</summary>
static class Vectors
{
    public static IReadOnlyDictionary<string, byte[]> Read()
    {
        using var reader = new StreamReader(typeof(Vectors).Assembly.GetManifestResourceStream("emv-card-simulator.txt")!);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1].Trim()), StringComparer.Ordinal);
    }
}
