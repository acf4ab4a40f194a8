using System.Text;
using static PersoMesh.Conversions.ParameterKinds;

namespace PersoMesh.Conversions;

/// <summary>
/// Telephone numbers of ITU-T E.164 §6: country code (1 to 3 digits) and national number, together at most 15 digits. The
/// function knows how long a country code is; whether a number is assigned it cannot know.
/// </summary>
static class PhoneFunction
{
    // Shortest international number in use: three digits of country code and four of subscriber number (Niue).
    const int MinDigits = 7;
    const int MaxDigits = 15;

    // Country codes of two digits (ITU-T E.164.D); 1 and 7 stand alone, all others have three.
    static readonly string[] TwoDigitCodes =
    [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
        "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
    ];

    static readonly Parameter<string> Country = new(
        "country", "country code for numbers given without one, such as 49; such numbers are refused when empty", "", ParseCountry);

    static readonly Parameter<string> Trunk = new(
        "trunk", "trunk prefix in front of national numbers; empty where there is none (Italy, Spain)", "0", text => DigitsOrEmpty(text));

    static readonly Parameter<string> International = new("international", "prefix that stands for +", "00", text => DigitsOrEmpty(text));
    static readonly Parameter<string> Format = Choice(
        "format", "e164: +4930123456; digits: without +; international: +49 30123456; national: 030123456",
        "e164", "e164", "digits", "international", "national");

    static readonly Parameter<int[]> Groups = new(
        "groups", "lengths of groups of the national number in formats international and national, 2-4; the last takes the rest", "",
        ParseGroups);

    static readonly Parameter<string> Separator = Text("separator", "text between groups", " ");

    public static ConversionFunction[] All =>
    [
        new("phone", "Brings a telephone number into the form of ITU-T E.164 or formats it.",
            [Country, Format, Groups, Separator, Trunk, International],
            [
                Example("+49 (30) 1234-5678", "+493012345678"),
                Example("+49 (0)30 12345678", "+493012345678"),
                Example("030/12345678", "+493012345678", ("country", "49")),
                Example("0041 44 668 18 00", "+41 44 668 18 00", ("format", "international"), ("groups", "2-3-2-2")),
                Example("+493012345678", "030 12345678", ("country", "49"), ("format", "national"), ("groups", "2-4")),
                Example("030/12345678", null),
                Example("+49 30 CALL ME", null),
                Example("+49 3012345678901234", null),
            ],
            Convert),
    ];

    static string Convert(string value, Arguments a)
    {
        var (digits, isInternational) = Read(value, a);
        if (!isInternational)
        {
            var country = a.Get(Country);
            if (country.Length == 0)
                throw a.Refuse("the number has no country code, and no 'country' is given");
            var trunk = a.Get(Trunk);
            digits = country + (digits.StartsWith(trunk, StringComparison.Ordinal) ? digits[trunk.Length..] : digits);
        }

        if (digits.Length is < MinDigits or > MaxDigits)
            throw a.Refuse($"{digits.Length} digits with the country code; an E.164 number has {MinDigits} to {MaxDigits}");
        if (digits[0] == '0')
            throw a.Refuse("a country code does not start with 0");
        return Write(digits, a);
    }

    static string Write(string digits, Arguments a)
    {
        var codeLength = digits[0] is '1' or '7' ? 1 : TwoDigitCodes.Contains(digits[..2]) ? 2 : 3;
        var (code, national) = (digits[..codeLength], digits[codeLength..]);
        switch (a.Get(Format))
        {
            case "e164":
                return "+" + digits;
            case "digits":
                return digits;
            case "international":
                return "+" + code + a.Get(Separator) + Grouped(national, a);
            default:
                if (code != a.Get(Country))
                    throw a.Refuse("the number is not one of 'country', so it has no national format");
                return a.Get(Trunk) + Grouped(national, a);
        }
    }

    static string Grouped(string national, Arguments a)
    {
        var result = new StringBuilder();
        var at = 0;
        foreach (var length in a.Get(Groups).SkipLast(1))
        {
            if (at + length >= national.Length)
                break;
            result.Append(national, at, length).Append(a.Get(Separator));
            at += length;
        }

        return result.Append(national, at, national.Length - at).ToString();
    }

    // Separators of ITU-T E.123 and those in daily use. "(0)" after a country code is a trunk prefix that is not dialled.
    static (string Digits, bool IsInternational) Read(string value, Arguments a)
    {
        var number = value.AsSpan();
        var digits = new StringBuilder();
        var plus = false;
        for (var i = 0; i < number.Length; i++)
        {
            if (char.IsAsciiDigit(number[i]))
                digits.Append(number[i]);
            else if (number[i] == '+' && digits.Length == 0 && !plus)
                plus = true;
            else if (number[i..].StartsWith("(0)") && digits.Length > 0)
                i += 2;
            else if (number[i] is not (' ' or '\u00A0' or '-' or '.' or '/' or '(' or ')'))
                throw a.Refuse($"character {i + 1} is {CharacterClass.Of(number[i])}, which has no place in a telephone number");
        }

        var prefix = a.Get(International);
        if (!plus && prefix.Length > 0 && digits.ToString().StartsWith(prefix, StringComparison.Ordinal))
            return (digits.ToString(prefix.Length, digits.Length - prefix.Length), true);
        return (digits.ToString(), plus);
    }

    static Parsed<string> ParseCountry(string text) => text.Length <= 3 && !text.StartsWith('0')
        ? DigitsOrEmpty(text) : Parsed<string>.Malformed("it is not a country code of one to three digits");

    static Parsed<string> DigitsOrEmpty(string text) =>
        text.Length > 0 && CharacterClass.FaultOfDigits(text) is { } fault ? Parsed<string>.Malformed(fault) : text;
}
