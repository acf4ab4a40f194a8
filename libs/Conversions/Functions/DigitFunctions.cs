using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>Digits, check digits and account numbers.</summary>
static class DigitFunctions
{
    // How account numbers of each length are usually embossed; 15 digits are American Express, 14 Diners Club.
    static readonly Dictionary<int, int[]> UsualGroups = new()
    {
        [13] = [4, 3, 3, 3],
        [14] = [4, 6, 4],
        [15] = [4, 6, 5],
        [16] = [4, 4, 4, 4],
        [18] = [4, 4, 4, 4, 2],
        [19] = [4, 4, 4, 4, 3],
    };

    static readonly Parameter<int[]> Groups = new(
        "groups", "lengths of the groups, 4-4-4-4; when empty, what is usual for the length", "", ParseGroups);

    static readonly Parameter<string> Separator = Text("separator", "text between the groups", " ");

    // PCI DSS 4.0 §3.4.1 shows at most the BIN (up to 8 digits) and the last four.
    static readonly Parameter<int> First = Whole("first", "digits shown at the start", 0, 8, "6");
    static readonly Parameter<int> Last = Whole("last", "digits shown at the end", 0, 4, "4");
    static readonly Parameter<char> Mask = Character("mask", "character shown for each hidden digit", "*");

    public static ConversionFunction[] All =>
    [
        new("digits", "Refuses a value that is not digits only.", [],
            [Example("0123", "0123"), Example("01 23", null), Example("", null)], (value, a) => RequireDigits(value, a)),
        new("luhn-check", "Refuses a number whose last digit is not its check digit (ISO/IEC 7812-1 annex B).", [],
            [Example("4000001234567899", "4000001234567899"), Example("4000001234567898", null), Example("4000 0012", null)],
            (value, a) => CheckDigit(RequireDigits(value, a).AsSpan(..^1)) == value[^1]
                ? value : throw a.Refuse("the check digit is wrong")),
        new("luhn-append", "Appends the check digit (ISO/IEC 7812-1 annex B).", [],
            [Example("7992739871", "79927398713"), Example("7992-739871", null)],
            (value, a) => value + CheckDigit(RequireDigits(value, a))),
        new("pan-group", "Puts separators between groups of digits, for embossing and printing.", [Groups, Separator],
            [
                Example("4000001234567899", "4000 0012 3456 7899"),
                Example("378282246310005", "3782 822463 10005", ("groups", "4-6-5")),
                Example("378282246310005", null, ("groups", "4-4-4-4")),
            ],
            Group),
        new("pan-mask", "Hides the middle digits of an account number.", [First, Last, Mask],
            [
                Example("4000001234567899", "400000******7899"),
                Example("4000001234567899", "XXXXXXXXXXXX7899", ("first", "0"), ("mask", "X")),
                Example("4000007899", null),
            ],
            MaskMiddle),
    ];

    /// <summary>The Luhn check digit to append to <paramref name="digits"/>.</summary>
    static char CheckDigit(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? (digit * 2 / 10) + (digit * 2 % 10) : digit;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    static string RequireDigits(string value, Arguments a) =>
        CharacterClass.FaultOfDigits(value) is { } fault ? throw a.Refuse(fault) : value;

    static string Group(string value, Arguments a)
    {
        RequireDigits(value, a);
        var groups = a.Get(Groups);
        if (groups.Length == 0 && !UsualGroups.TryGetValue(value.Length, out groups))
            throw a.Refuse($"there is no usual grouping of {value.Length} digits; give 'groups'");
        return groups.Sum() == value.Length
            ? string.Join(a.Get(Separator), Cut(value, groups))
            : throw a.Refuse($"{value.Length} digits do not fit groups of {groups.Sum()} digits");
    }

    static IEnumerable<string> Cut(string value, int[] groups)
    {
        var at = 0;
        foreach (var length in groups)
        {
            yield return value.Substring(at, length);
            at += length;
        }
    }

    static string MaskMiddle(string value, Arguments a)
    {
        RequireDigits(value, a);
        var (first, last) = (a.Get(First), a.Get(Last));
        var hidden = value.Length - first - last;
        return hidden > 0
            ? $"{value.AsSpan(0, first)}{new string(a.Get(Mask), hidden)}{value.AsSpan(value.Length - last)}"
            : throw a.Refuse($"{value.Length} digits would leave none hidden between the first {first} and the last {last}");
    }
}
