namespace PersoMesh.Profiles.Reading;

/// <summary>Finds what an author may have meant.</summary>
static class Nearest
{
    /// <summary>The candidate that takes the fewest changes; null when none is near, or several are equally so.</summary>
    public static string? Of(string written, IEnumerable<string> candidates)
    {
        var mostChanges = Math.Min(Math.Max(1, written.Length / 3), written.Length - 1);
        var near = candidates.Select(c => (Candidate: c, Changes: Changes(written.ToUpperInvariant(), c.ToUpperInvariant())))
            .Where(c => c.Changes <= mostChanges).OrderBy(c => c.Changes).ToList();
        return near.Count == 1 || (near.Count > 1 && near[0].Changes < near[1].Changes) ? near[0].Candidate : null;
    }

    /// <summary>"did you mean 'x'?" when something is near, else what there is to choose from.</summary>
    public static string Advice(string written, IReadOnlyCollection<string> candidates, string otherwise) =>
        Of(written, candidates) is { } nearest ? $"did you mean '{nearest}'?"
        : candidates.Count == 0 ? otherwise
        : $"{otherwise} {string.Join(", ", candidates)}";

    // Edit distance in which a swap of neighbours is one change (optimal string alignment).
    static int Changes(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
