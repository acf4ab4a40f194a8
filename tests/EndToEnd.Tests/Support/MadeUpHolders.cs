using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>
/// Issuer's records made here, with values long and odd enough that finding one of them somewhere cannot be chance; and the three
/// formats that they are sent in.
/// </summary>
static class MadeUpHolders
{
    static readonly string[] First = ["Wilhelmine", "Bartholomäa", "Maximilian", "Konstantin", "Ferdinande", "Leopoldine", "Eleonore-M"];
    static readonly string[] Last =
        ["Zwetschgenb", "Quickborner", "Vogelsänger", "Xanthopulos", "Przybylskiy", "Jörgensdotr", "Kwiatkowska"];
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Debit cards, all sound.</summary>
    /// <param name="prefix">Begins each identifier.</param>
    /// <param name="series">Keeps the values of different calls apart.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<Dictionary<string, string>> DebitCards(string prefix, int series, int count) =>
        [.. Enumerable.Range(1, count).Select(number => DebitCard(prefix, series, number))];

    /// <summary>Badges, all sound.</summary>
    public static IReadOnlyList<Dictionary<string, string>> Badges(int series, int count) =>
        [.. Enumerable.Range(1, count).Select(number => Badge(series, number))];

    /// <summary>One CSV line, without its end.</summary>
    public static string Csv(Dictionary<string, string> card) => string.Join(',', card.Values);

    /// <summary>One JSON line, without its end.</summary>
    public static string JsonLine(Dictionary<string, string> card) => JsonSerializer.Serialize(card, Json);

    /// <summary>The card object of a multistation server, its empty line included.</summary>
    public static string Text(Dictionary<string, string> card) => $"""
        EMB={card["pan"]}|{card["expiry"]}|{card["firstName"]}|{card["lastName"]}
        ENC={card["serviceCode"]}|{card["discretionary"]}
        PIC=none
        SCRD={card["cardId"]}|{card["sequence"]}|{card["pinBlock"]}

        """;

    /// <summary>Records as a JSON lines file.</summary>
    public static Stream JsonLines(IEnumerable<Dictionary<string, string>> cards) =>
        new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', cards.Select(JsonLine))));

    // The multipliers are primes: they scatter the digits, and no two numbers of a series give the same.
    static Dictionary<string, string> DebitCard(string prefix, int series, int number)
    {
        var pan = WithLuhnDigit($"99900088{series:00}{number * 7919 % 100_000:00000}");
        return new Dictionary<string, string>
        {
            ["cardId"] = $"{prefix}-{number}",
            ["pan"] = pan,
            ["expiry"] = $"{number % 12 + 1:00}/{29 + number % 3}",
            ["serviceCode"] = "201",
            ["firstName"] = First[(number + series) % First.Length],
            ["lastName"] = Last[number * 3 % Last.Length],
            ["sequence"] = "01",
            ["discretionary"] = $"{(number + series * 100) * 104_729 % 100_000_000:00000000}",
            ["pinBlock"] = CardMathematics.EncipheredPinBlock(DemoKeys.Get("ZPK"), $"{(number + series) * 7907 % 10_000:0000}", pan),
        };
    }

    static Dictionary<string, string> Badge(int series, int number) => new()
    {
        ["badgeNumber"] = $"{series:00}{number * 7919 % 1_000_000:000000}",
        ["firstName"] = First[(number + series) % First.Length],
        ["lastName"] = Last[number * 3 % Last.Length],
        ["department"] = "Forschung & Entwicklung",
        ["validUntil"] = $"{2029 + number % 4}-{number % 12 + 1:00}-{number % 28 + 1:00}",
        ["zones"] = "A,B3,LAB",
        ["costCentre"] = "4711",
    };

    // ISO/IEC 7812-1 annex B.
    static string WithLuhnDigit(string digits)
    {
        var numbers = digits.Reverse().Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 2 : 1));
        var sum = numbers.Sum(number => number > 9 ? number - 9 : number);
        return $"{digits}{(10 - sum % 10) % 10}";
    }
}
