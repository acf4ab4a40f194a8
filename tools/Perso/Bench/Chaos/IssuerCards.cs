using PersoMesh.Perso.Samples;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>
/// What the issuer of a chaos run submits: jobs of made-up debit cards, all with numbers of their own, each job with a record that must be
/// refused and one that comes twice.
/// </summary>
sealed class IssuerCards
{
    public const int JobSize = 100;
    public const int RefusedInEachJob = 2;
    const int MostCards = 60_000;

    readonly string _header;
    readonly string[] _lines;
    int _next;

    public IssuerCards(CardProfile profile, int seed, string folder)
    {
        var file = SampleFile.Write(profile, MostCards, seed, Path.Combine(folder, "issuer.csv"));
        var lines = File.ReadAllLines(file);
        (_header, _lines) = (lines[0], lines[1..]);
        Numbers = _lines.Select(line => line.Split(';', ',')).ToDictionary(fields => fields[0], fields => fields[1], StringComparer.Ordinal);
    }

    /// <summary>Card number by card object identifier.</summary>
    public IReadOnlyDictionary<string, string> Numbers { get; }

    /// <summary>Identifiers that were handed out in jobs.</summary>
    public List<string> Submitted { get; } = [];

    /// <summary>Writes the next job's file; null when there are no more cards.</summary>
    public string? NextJob(string folder, string name)
    {
        if (_next + JobSize > _lines.Length)
            return null;
        var lines = _lines[_next..(_next + JobSize)];
        _next += JobSize;
        Submitted.AddRange(lines.Select(line => line.Split(';', ',')[0]));
        var file = Path.Combine(folder, $"{name}.csv");
        var wrong = lines[^1].Replace(lines[^1].Split(';', ',')[1], "9990009900000000", StringComparison.Ordinal)
            .Replace(lines[^1].Split(';', ',')[0], $"WRONG-{name}", StringComparison.Ordinal);
        File.WriteAllLines(file, [_header, .. lines, wrong, lines[0]]);
        return file;
    }
}
