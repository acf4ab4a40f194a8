using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>Regular expressions of .NET, culture-invariant, with a time limit for each match.</summary>
static class PatternFunctions
{
    static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    // Patterns are few, one for each step of a profile. A template in a pattern could make many: then the cache starts anew.
    const int CacheSize = 256;
    static readonly ConcurrentDictionary<string, Regex> Cache = new(StringComparer.Ordinal);

    static readonly Parameter<Regex> Pattern = new("pattern", "regular expression", null, Parse);
    static readonly Parameter<Regex> WholePattern = new("pattern", "regular expression for the whole value", null, ParseWhole);
    static readonly Parameter<string> Replacement = Text("with", "replacement; $1 or ${name} stand for groups, $$ for a dollar sign", "");
    static readonly Parameter<string> Group = SomeText("group", "number or name of the group to take; 0 is the whole match", "0");

    public static ConversionFunction[] All =>
    [
        new("regex-replace", "Replaces each match of a regular expression.", [Pattern, Replacement],
            [Example("DOE, JANE", "JANE DOE", ("pattern", @"(\w+), (\w+)"), ("with", "$2 $1")), Example("DOE", null, ("pattern", "("))],
            (value, a) => Timed(a, () => a.Get(Pattern).Replace(value, a.Get(Replacement)))),
        new("regex-match", "Takes a group out of the first match of a regular expression; refused when there is none.", [Pattern, Group],
            [
                Example("Konto 0815/4711", "4711", ("pattern", @"(\d+)/(?<account>\d+)"), ("group", "account")),
                Example("Konto", null, ("pattern", @"\d+")),
            ],
            Match),
        new("matches", "Refuses a value that does not match a regular expression as a whole.", [WholePattern],
            [Example("AB12", "AB12", ("pattern", "[A-Z]{2}[0-9]+")), Example("xAB12", null, ("pattern", "[A-Z]{2}[0-9]+"))],
            (value, a) => Timed(a, () => a.Get(WholePattern).IsMatch(value))
                ? value : throw a.Refuse($"the value of {value.Length} characters does not match the pattern")),
    ];

    static string Match(string value, Arguments a)
    {
        var match = Timed(a, () => a.Get(Pattern).Match(value));
        if (!match.Success)
            throw a.Refuse($"nothing in the value of {value.Length} characters matches the pattern");
        var group = match.Groups[a.Get(Group)];
        return group.Success ? group.Value : throw a.Refuse(Group, "the match has no such group");
    }

    static T Timed<T>(Arguments a, Func<T> match)
    {
        try
        {
            return match();
        }
        catch (RegexMatchTimeoutException)
        {
            // Not kept as the inner exception: it holds the value.
            throw a.Refuse($"matching took longer than {Limit.TotalMilliseconds} ms; make the pattern less ambiguous");
        }
    }

    static Parsed<Regex> Parse(string pattern)
    {
        if (Cache.TryGetValue(pattern, out var known))
            return known;
        try
        {
            if (Cache.Count >= CacheSize)
                Cache.Clear();
            return Cache[pattern] = new Regex(pattern, RegexOptions.CultureInvariant, Limit);
        }
        catch (RegexParseException e)
        {
            return Parsed<Regex>.Malformed($"it is not a regular expression ({e.Error} at character {e.Offset})");
        }
    }

    // Parsed alone first, so that it cannot close the group around it.
    static Parsed<Regex> ParseWhole(string pattern) =>
        Parse(pattern) is { Fault: not null } malformed ? malformed : Parse($@"\A(?:{pattern})\z");
}
