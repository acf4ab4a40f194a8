using System.Text;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>An issuer's CSV file as these tests read it, with no code of the product.</summary>
static class IssuerFile
{
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string path, char delimiter, Encoding encoding)
    {
        var lines = File.ReadAllText(path, encoding).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 1, "the issuer's file has no records");
        Assert.DoesNotContain('"', string.Concat(lines)); // so that a line is a record and needs no more than to be split
        var names = lines[0].Split(delimiter);
        return [.. lines[1..].Select(line =>
            names.Zip(line.Split(delimiter)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }
}
