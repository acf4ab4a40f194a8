using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>
/// Issuer's records made here, with values long and odd enough that finding one of them somewhere cannot be chance; and the three formats
/// that they are sent in.
/// </summary>
static class MadeUpHolders
{
    static readonly string[] First = ["Wilhelmine", "Bartholomäa", "Maximilian", "Konstantin", "Ferdinande", "Leopoldine", "Eleonore-M"];
    static readonly string[] Last = ["Zwetschgenb", "Quickborner", "Vogelsänger", "Xanthopulos", "Przybylskiy", "Jörgensdotr", "Kwiatkowska"];
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Debit cards, all sound.</summary>
    /// <param name="prefix">Begins each identifier.</param>
    /// <param name="series">Keeps the account numbers of different calls apart.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<Dictionary<string, string>> DebitCards(string prefix, int series, int count) => [.. Enumerable.Range(1, count).Select(i =>
    {
        var pan = WithLuhnDigit($"99900088{series:00}{i * 7919 % 100_000:00000}");
        return new Dictionary<string, string>
        {
            ["cardId"] = $"{prefix}-{i}",
            ["pan"] = pan,
            ["expiry"] = $"{i % 12 + 1:00}/{29 + i % 3}",
            ["serviceCode"] = "201",
            ["firstName"] = First[(i + series) % First.Length],
            ["lastName"] = Last[i * 3 % Last.Length],
            ["sequence"] = "01",
            ["discretionary"] = $"{(i + series * 100) * 104_729 % 100_000_000:00000000}",
            ["pinBlock"] = CardMathematics.EncipheredPinBlock(DemoKeys.Get("ZPK"), $"{(i + series) * 7907 % 10_000:0000}", pan),
        };
    })];

    /// <summary>Badges, all sound.</summary>
    public static IReadOnlyList<Dictionary<string, string>> Badges(int series, int count) => [.. Enumerable.Range(1, count).Select(i => new Dictionary<string, string>
    {
        ["badgeNumber"] = $"{series:00}{i * 7919 % 1_000_000:000000}",
        ["firstName"] = First[(i + series) % First.Length],
        ["lastName"] = Last[i * 3 % Last.Length],
        ["department"] = "Forschung & Entwicklung",
        ["validUntil"] = $"{2029 + i % 4}-{i % 12 + 1:00}-{i % 28 + 1:00}",
        ["zones"] = "A,B3,LAB",
        ["costCentre"] = "4711",
    })];

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
    public static Stream JsonLines(IEnumerable<Dictionary<string, string>> cards) => new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', cards.Select(JsonLine))));

    // ISO/IEC 7812-1 annex B.
    static string WithLuhnDigit(string digits)
    {
        var sum = digits.Reverse().Select((digit, i) => (digit - '0') * (i % 2 == 0 ? 2 : 1)).Sum(number => number > 9 ? number - 9 : number);
        return $"{digits}{(10 - sum % 10) % 10}";
    }
}
