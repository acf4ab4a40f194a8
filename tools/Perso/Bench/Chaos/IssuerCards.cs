using PersoMesh.Perso.Commands;
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

    IssuerCards(string folder)
    {
        var lines = File.ReadAllLines(PathIn(folder));
        (_header, _lines) = (lines[0], lines[1..]);
        Numbers = _lines.Select(line => line.Split(';', ',')).ToDictionary(fields => fields[0], fields => fields[1], StringComparer.Ordinal);
    }

    /// <summary>Makes the cards of a run.</summary>
    public static IssuerCards Create(CardProfile profile, int seed, string folder)
    {
        SampleFile.Write(profile, MostCards, seed, PathIn(folder));
        return new IssuerCards(folder);
    }

    /// <summary>Reads the cards of a run that was, as far as they were handed out in jobs.</summary>
    /// <exception cref="UserErrorException">There was no run.</exception>
    public static IssuerCards Read(string folder, IReadOnlyCollection<string> jobs)
    {
        if (!File.Exists(PathIn(folder)))
            throw new UserErrorException($"{folder} holds no run: name the folder that it was made in with --out.");
        var issuer = new IssuerCards(folder);
        issuer.Submitted.AddRange(issuer._lines.Take(jobs.Count * JobSize).Select(Identifier));
        return issuer;
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
        Submitted.AddRange(lines.Select(Identifier));
        var file = Path.Combine(folder, $"{name}.csv");
        var wrong = lines[^1].Replace(lines[^1].Split(';', ',')[1], "9990009900000000", StringComparison.Ordinal)
            .Replace(lines[^1].Split(';', ',')[0], $"WRONG-{name}", StringComparison.Ordinal);
        File.WriteAllLines(file, [_header, .. lines, wrong, lines[0]]);
        return file;
    }

    static string Identifier(string line) => line.Split(';', ',')[0];

    static string PathIn(string folder) => Path.Combine(folder, "issuer.csv");
}
