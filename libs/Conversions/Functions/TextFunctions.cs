using System.Collections.Frozen;
using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>Cutting, filling and choosing text. Positions and lengths count UTF-16 code units, the first is 1.</summary>
static class TextFunctions
{
    const int MaxLength = 4096;

    static readonly Parameter<string> TrimmedCharacters = Text("characters", "characters to remove; white space when empty", "");
    static readonly Parameter<string> Side = Choice("side", "left, right or both", "both", "both", "left", "right");
    static readonly Parameter<string> Separators = Text("separators", "characters after which a new word starts", " -'’./");
    static readonly Parameter<int> Length = Whole("length", "length in characters", 0, MaxLength);
    static readonly Parameter<char> Filler = Character("character", "character to fill up with", " ");
    static readonly Parameter<string> Cut = Choice(
        "at", "hard: exactly there; word: after the last whole word, refused when there is none; word-or-hard: hard when there is none",
        "hard", "hard", "word", "word-or-hard");
    static readonly Parameter<int> Start = Whole(
        "start", "first character to take, from 1; negative counts from the end", -MaxLength, MaxLength);
    static readonly Parameter<int?> Count = OptionalWhole("length", "characters to take; all that follow when empty", 1, MaxLength);
    static readonly Parameter<string> Removed = SomeText("characters", "characters to remove wherever they stand");
    static readonly Parameter<string> Sought = SomeText("find", "text to look for, case-sensitive");
    static readonly Parameter<string> Replacement = Text("with", "text to put in its place", "");
    static readonly Parameter<string> Separator = SomeText("separator", "text between the parts");
    static readonly Parameter<int> Index = Whole("index", "which part, from 1; negative counts from the end", -MaxLength, MaxLength);
    static readonly Parameter<string> Before = Text("before", "text to put before the value", "");
    static readonly Parameter<string> After = Text("after", "text to put after the value", "");
    static readonly Parameter<string> Fallback = Text("value", "what an empty value becomes");
    static readonly Parameter<int> Min = Whole("min", "fewest characters", 0, MaxLength, "0");
    static readonly Parameter<int?> Max = OptionalWhole("max", "most characters; no limit when empty", 0, MaxLength);
    static readonly Parameter<string> ListSeparator = SomeText("separator", "text between the allowed values", ";");
    static readonly Parameter<string> Allowed = SomeText("values", "the allowed values");
    static readonly Parameter<FrozenDictionary<string, string>> Table = new("table", "what becomes what: a=b;c=d", null, ParseTable);
    static readonly Parameter<string> Otherwise = Text("otherwise", "what other values become; refused when empty", "");

    public static ConversionFunction[] All =>
    [
        new("trim", "Removes characters at the ends of the value.", [TrimmedCharacters, Side],
            [Example("  Doe ", "Doe"), Example("000120", "120", ("characters", "0"), ("side", "left")), Example("Doe", null, ("side", "top"))],
            Trim),
        new("upper", "Makes letters upper case.", [], [Example("Müller", "MÜLLER")], (value, _) => value.ToUpperInvariant()),
        new("lower", "Makes letters lower case.", [], [Example("MÜLLER", "müller")], (value, _) => value.ToLowerInvariant()),
        new("title-case", "Makes the first letter of each word upper case, the others lower case.", [Separators],
            [Example("ANNA-MARIA O'NEIL", "Anna-Maria O'Neil")], TitleCase),
        new("pad-left", "Fills the value up on the left to a length; a longer value stays.", [Length, Filler],
            [Example("42", "0042", ("length", "4"), ("character", "0")), Example("42", null, ("length", "4"), ("character", "ab"))],
            (value, a) => value.PadLeft(a.Get(Length), a.Get(Filler))),
        new("pad-right", "Fills the value up on the right to a length; a longer value stays.", [Length, Filler],
            [Example("A/", "A/  ", ("length", "4")), Example("A/", null, ("length", "four"))],
            (value, a) => value.PadRight(a.Get(Length), a.Get(Filler))),
        new("truncate", "Cuts the value down to a length.", [Length, Cut],
            [
                Example("MAXIMILIAN MUSTERMANN", "MAXIMILIAN MUST", ("length", "15")),
                Example("MAXIMILIAN MUSTERMANN", "MAXIMILIAN", ("length", "15"), ("at", "word")),
                Example("MAXIMILIAN", null, ("length", "5"), ("at", "word")),
            ],
            Truncate),
        new("substring", "Takes characters out of the value; refused when it is too short.", [Start, Count],
            [
                Example("4000001234567899", "400000", ("start", "1"), ("length", "6")),
                Example("4000001234567899", "7899", ("start", "-4")),
                Example("4000", null, ("start", "3"), ("length", "6")),
            ],
            Substring),
        new("remove", "Removes characters wherever they stand.", [Removed],
            [Example("4000 0012-3456 7899", "4000001234567899", ("characters", " -")), Example("4000", null, ("characters", ""))],
            (value, a) => string.Concat(value.Split(a.Get(Removed).ToCharArray()))),
        new("replace", "Replaces each occurrence of a text.", [Sought, Replacement],
            [Example("DOE,JANE", "DOE/JANE", ("find", ","), ("with", "/")), Example("DOE", null, ("find", ""))],
            (value, a) => value.Replace(a.Get(Sought), a.Get(Replacement), StringComparison.Ordinal)),
        new("split", "Takes one of the parts between separators.", [Separator, Index],
            [
                Example("DOE/JANE", "JANE", ("separator", "/"), ("index", "2")),
                Example("a|b|c", "c", ("separator", "|"), ("index", "-1")),
                Example("DOE", null, ("separator", "/"), ("index", "2")),
            ],
            Split),
        new("concatenate", "Puts text before and after the value.", [Before, After],
            [Example("JANE", "DOE/JANE.MS", ("before", "DOE/"), ("after", ".MS"))], (value, a) => a.Get(Before) + value + a.Get(After)),
        new("default", "Replaces an empty value.", [Fallback], [Example("", "01", ("value", "01")), Example("02", "02", ("value", "01"))],
            (value, a) => value.Length == 0 ? a.Get(Fallback) : value),
        new("length-check", "Refuses a value that is too short or too long.", [Min, Max],
            [Example("1234", "1234", ("min", "4"), ("max", "12")), Example("123", null, ("min", "4"))], LengthCheck, MinBeforeMax),
        new("one-of", "Refuses a value that is not in a list.", [Allowed, ListSeparator],
            [Example("201", "201", ("values", "101;201;221")), Example("999", null, ("values", "101;201;221"))], OneOf),
        new("map", "Looks the value up in a table.", [Table, Otherwise],
            [
                Example("f", "MS", ("table", "m=MR;f=MS")),
                Example("x", "", ("table", "m=MR;x=")),
                Example("d", null, ("table", "m=MR;f=MS")),
            ],
            Map),
    ];

    static string Trim(string value, Arguments a)
    {
        var characters = a.Get(TrimmedCharacters).ToCharArray(); // an empty array means white space
        return a.Get(Side) switch
        {
            "left" => value.TrimStart(characters),
            "right" => value.TrimEnd(characters),
            _ => value.Trim(characters),
        };
    }

    static string TitleCase(string value, Arguments a)
    {
        var separators = a.Get(Separators);
        return string.Create(value.Length, (value, separators), static (result, s) =>
        {
            var starts = true;
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = starts ? char.ToUpperInvariant(s.value[i]) : char.ToLowerInvariant(s.value[i]);
                starts = s.separators.Contains(s.value[i]);
            }
        });
    }

    static string Truncate(string value, Arguments a)
    {
        var length = a.Get(Length);
        if (value.Length <= length)
            return value;
        var at = a.Get(Cut);
        var space = at == "hard" ? -1 : value.LastIndexOf(' ', length);
        if (space > 0 && value.AsSpan(0, space).TrimEnd(' ').Length is > 0 and var end)
            return value[..end];
        if (at == "word")
            throw a.Refuse($"the first {length} of {value.Length} characters hold no whole word");
        return value[..(length > 0 && char.IsHighSurrogate(value[length - 1]) ? length - 1 : length)];
    }

    static string Substring(string value, Arguments a)
    {
        var start = a.Get(Start);
        if (start == 0)
            throw a.Refuse(Start, "positions count from 1");
        var from = start > 0 ? start - 1 : value.Length + start;
        var count = a.Get(Count) ?? value.Length - from;
        if (from < 0 || count <= 0 || from + count > value.Length)
            throw a.Refuse($"the value has {value.Length} characters, too few to take {Wanted()}");
        if (SplitsPair(value, from) || SplitsPair(value, from + count))
            throw a.Refuse("it would cut a surrogate pair");
        return value.Substring(from, count);

        string Wanted() => $"{a.Get(Count)?.ToString() ?? "any"} from {(start > 0 ? $"position {start}" : $"the {-start}. last on")}";
    }

    static bool SplitsPair(string value, int at) => at > 0 && at < value.Length && char.IsSurrogatePair(value[at - 1], value[at]);

    static string Split(string value, Arguments a)
    {
        var index = a.Get(Index);
        if (index == 0)
            throw a.Refuse(Index, "parts count from 1");
        var parts = value.Split(a.Get(Separator));
        var i = index > 0 ? index - 1 : parts.Length + index;
        return i >= 0 && i < parts.Length ? parts[i] : throw a.Refuse($"there are {parts.Length} parts, so none with index {index}");
    }

    static string LengthCheck(string value, Arguments a)
    {
        var (min, max) = (a.Get(Min), a.Get(Max));
        if (value.Length < min)
            throw a.Refuse($"{value.Length} characters, at least {min} are needed");
        return value.Length > max ? throw a.Refuse($"{value.Length} characters, at most {max} are allowed") : value;
    }

    static string? MinBeforeMax(Arguments a) => a.Get(Max) < a.Get(Min) ? "no length lies between min and max" : null;

    static string OneOf(string value, Arguments a) =>
        a.Get(Allowed).Split(a.Get(ListSeparator)).Contains(value, StringComparer.Ordinal)
            ? value : throw a.Refuse($"the value of {value.Length} characters is not in the list");

    static string Map(string value, Arguments a)
    {
        if (a.Get(Table).TryGetValue(value, out var mapped))
            return mapped;
        var otherwise = a.Get(Otherwise);
        return otherwise.Length > 0 ? otherwise : throw a.Refuse($"the value of {value.Length} characters is not in the table");
    }

    static Parsed<FrozenDictionary<string, string>> ParseTable(string text)
    {
        var table = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in text.Split(';'))
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                return Parsed<FrozenDictionary<string, string>>.Malformed($"entry {table.Count + 1} has no '='");
            if (!table.TryAdd(entry[..equals], entry[(equals + 1)..]))
                return Parsed<FrozenDictionary<string, string>>.Malformed($"entry {table.Count + 1} repeats an earlier one");
        }

        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
