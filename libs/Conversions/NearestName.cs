namespace PersoMesh.Conversions;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
static class NearestName
{
    /// <summary>Ends a sentence about an unknown name: <c>; did you mean 'trim'?</c>, or nothing when no name is near.</summary>
    public static string Hint(string unknown, IEnumerable<string> known) =>
        Of(unknown, known) is { } name ? $"; did you mean '{name}'?" : "";

    /// <summary>The known name with the fewest typing errors between, if that is no more than a third of the letters; else null.</summary>
    public static string? Of(string unknown, IEnumerable<string> known)
    {
        var (best, distance) = ((string?)null, Math.Max(1, unknown.Length / 3) + 1);
        foreach (var name in known)
        {
            var d = Distance(unknown, name);
            if (d < distance)
                (best, distance) = (name, d);
        }

        return best;
    }

    // Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours; case counts for nothing.
    static int Distance(string a, string b)
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
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }

    static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
