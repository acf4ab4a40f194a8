using System.Net;
using System.Text;
using System.Text.Json;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.Perso.Jobs;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>
/// Bad records among good ones, in each format: refused by number, field and reason, and nothing else of the job suffers. No reason repeats
/// what the record said.
/// </summary>
public sealed class BadInputTests
{
    const int MegabytesOfLongLine = 100;
    const string Unencodable = "Ивановский";
    // The multiplication sign has a place in ISO 8859-1, but none in the alphabet of an embosser or a stripe.
    const string UnencodableLatin1 = "Zwetsch×Pflaume";
    const string Unknown = "Schnuckiputz";

    static readonly byte[] Megabyte = [.. Enumerable.Repeat((byte)'7', 1 << 20)];

    /// <summary>A record of a file.</summary>
    /// <param name="Text">What stands in the file; null for the line of 100 MB.</param>
    /// <param name="Field">The field that must be named when it is refused.</param>
    /// <param name="Reason">Part of the reason; null for a good record.</param>
    /// <param name="Id">Its identifier, when it can be known.</param>
    sealed record Line(string? Text, string? Field = null, string? Reason = null, string? Id = null);

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("text")]
    public async Task Each_bad_record_is_refused_by_number_field_and_reason_and_the_rest_is_made(string format)
    {
        var good = MadeUpHolders.DebitCards(format, 1, 8);
        var bad = MadeUpHolders.DebitCards(format + "-bad", 2, 8);
        var (header, newLine, lines) = format switch
        {
            "csv" => (string.Join(',', good[0].Keys) + "\r\n", "\r\n", CsvLines(good, bad)),
            "jsonl" => ("", "\n", JsonLines(good, bad)),
            _ => ("", "\r\n", TextLines(good, bad)),
        };
        await using var mesh = await EmbeddedMesh.StartAsync([.. EmbeddedMesh.Station(0, "emv"), .. EmbeddedMesh.Station(1, "emv")]);
        await using var file = new SegmentStream(File(header, newLine, lines, format));
        var (status, report) = await mesh.PersonalizeAsync(format, "emv-debit", format, file);

        Assert.Equal((lines.Length, good.Count, lines.Length - good.Count), (status.Records, status.Good, status.Refused));
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(number => (long)number), report.Select(line => line.RecordNumber));
        foreach (var (expected, actual) in lines.Zip(report))
            IsAsExpected(expected, actual);
        var made = CardStack.Read(mesh.Output, Verdict.Good).Select(card => card.CardObjectId);
        Assert.Equal(good.Select(card => card["cardId"]).Order(StringComparer.Ordinal), made);
        Assert.Empty(CardStack.Read(mesh.Output, Verdict.Rejected));
        await ReportListsThem(mesh.Output, lines, report, [.. good.Concat(bad).Select(card => new DebitHolder(card))]);
    }

    [Fact]
    public async Task A_column_that_the_profile_does_not_know_is_refused_by_name_in_each_record()
    {
        var cards = MadeUpHolders.DebitCards("column", 3, 3);
        var lines = cards.Select(card => $"{MadeUpHolders.Csv(card)},{Unknown}");
        var csv = string.Join(',', cards[0].Keys) + ",nickname\n" + string.Join('\n', lines);
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv"));
        await using var file = new MemoryStream(Encoding.UTF8.GetBytes(csv));
        var (status, report) = await mesh.PersonalizeAsync("column", "emv-debit", "csv", file);
        Assert.Equal((3, 3), (status.Records, status.Refused));
        foreach (var (card, line) in cards.Zip(report))
            IsAsExpected(new Line("", "nickname", "the profile has no such field; it has cardId, pan", card["cardId"]), line);
    }

    [Fact]
    public async Task An_unknown_profile_is_refused_as_a_whole_and_the_known_ones_are_named()
    {
        await using var mesh = await EmbeddedMesh.StartAsync(EmbeddedMesh.Station(0, "emv"));
        using var http = new HttpClient { BaseAddress = mesh.Address };
        using var nothing = new StringContent("cardId\n1");
        var address = new Uri("jobs/unknown/card-objects?profile=emv-debti&format=csv", UriKind.Relative);
        using var response = await http.PostAsync(address, nothing);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var problem = body.RootElement.GetProperty("detail").GetString();
        Assert.Contains("emv-debit@1", problem, StringComparison.Ordinal);
        Assert.Contains("access-badge@1", problem, StringComparison.Ordinal);
        Assert.Contains("no profile 'emv-debti'", problem, StringComparison.Ordinal);
        using var job = await http.GetAsync(new Uri("jobs/unknown", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, job.StatusCode);
    }

    static Line[] CsvLines(IReadOnlyList<Dictionary<string, string>> good, IReadOnlyList<Dictionary<string, string>> bad)
    {
        var cut = $"{bad[6]["cardId"]},\"{bad[6]["pan"][..9]}";
        return Lines(MadeUpHolders.Csv, good, bad, Unencodable,
            unknownField: new(MadeUpHolders.Csv(bad[5]) + "," + Unknown, null, "10 fields instead of the header's 9"),
            truncated: new(cut, null, "a quoted field is not closed on its line"));
    }

    static Line[] JsonLines(IReadOnlyList<Dictionary<string, string>> good, IReadOnlyList<Dictionary<string, string>> bad)
    {
        var withUnknown = new Dictionary<string, string>(bad[5]) { ["nickname"] = Unknown };
        const string NoSuchField = "the profile has no such field; it has cardId, pan";
        return Lines(MadeUpHolders.JsonLine, good, bad, Unencodable,
            unknownField: new(MadeUpHolders.JsonLine(withUnknown), "nickname", NoSuchField, bad[5]["cardId"]),
            truncated: new(MadeUpHolders.JsonLine(bad[6])[..100], null, "JSON"));
    }

    static Line[] TextLines(IReadOnlyList<Dictionary<string, string>> good, IReadOnlyList<Dictionary<string, string>> bad)
    {
        var cut = $"EMB={bad[6]["pan"]}|12\n";
        return Lines(MadeUpHolders.Text, good, bad, UnencodableLatin1,
            unknownField: new($"NICK={Unknown}\n{MadeUpHolders.Text(bad[5])}", null, "does not begin with a known key"),
            truncated: new(cut, "EMB", "2 parts instead of 4"),
            longLineField: "EMB");
    }

    static Line[] Lines(Func<Dictionary<string, string>, string> write, IReadOnlyList<Dictionary<string, string>> good,
        IReadOnlyList<Dictionary<string, string>> bad, string unencodable, Line unknownField, Line truncated, string? longLineField = null)
    {
        return
        [
            Good(0),
            Bad(0, "cardId", good[0]["cardId"], "cardId", "the identifier was used before, in record 1 of this job"),
            Good(1),
            Bad(1, "expiry", "13/30", "expiry", "the month is not 1 to 12"),
            Good(2),
            Bad(2, "pan", bad[2]["pan"][..^1] + (bad[2]["pan"][^1] == '0' ? '1' : '0'), "pan", "the check digit is wrong"),
            Good(3),
            Bad(3, "lastName", unencodable, "lastName, firstName", "has no place in"),
            Bad(4, "serviceCode", "", "serviceCode", "the field is required and is missing or empty"),
            Good(4),
            unknownField,
            Good(5),
            truncated,
            Good(6),
            new Line(null, longLineField, "longer than 65536 bytes"),
            Good(7),
        ];

        Line Good(int i) => new(write(good[i]), Id: good[i]["cardId"]);
        Line Bad(int i, string name, string value, string field, string reason)
        {
            bad[i][name] = value;
            return new(write(bad[i]), field, reason, bad[i]["cardId"]);
        }
    }

    static IEnumerable<ReadOnlyMemory<byte>> File(string header, string newLine, Line[] lines, string format)
    {
        var encoding = format == "text" ? Encoding.Latin1 : Encoding.UTF8;
        yield return encoding.GetBytes(header);
        foreach (var line in lines)
        {
            if (line.Text is { } text)
            {
                yield return encoding.GetBytes(text.ReplaceLineEndings(newLine) + newLine);
                continue;
            }

            yield return encoding.GetBytes(format switch { "csv" => "long-1,", "jsonl" => "{\"cardId\":\"", _ => "EMB=" });
            for (var i = 0; i < MegabytesOfLongLine; i++)
                yield return Megabyte;
            yield return encoding.GetBytes(newLine + (format == "text" ? newLine : ""));
        }
    }

    static void IsAsExpected(Line expected, CardReport actual)
    {
        var place = $"record {actual.RecordNumber}";
        if (expected.Reason is null)
        {
            Assert.True(actual.State == CardState.Good, $"{place} is {actual.State}: {actual.Field}: {actual.Reason}");
            return;
        }

        Assert.True(actual.State == CardState.Refused, $"{place} is {actual.State}, not refused");
        Assert.True(actual.Field == expected.Field, $"{place}: field {actual.Field} instead of {expected.Field}: {actual.Reason}");
        Assert.Contains(expected.Reason, actual.Reason, StringComparison.Ordinal);
        if (expected.Id is { } id)
            Assert.Equal(id, actual.CardObjectId);
    }

    static async Task ReportListsThem(string folder, Line[] lines, IReadOnlyList<CardReport> report, IReadOnlyList<DebitHolder> holders)
    {
        await JobReport.WriteAsync(folder, report, CancellationToken.None);
        var csv = await System.IO.File.ReadAllLinesAsync(Path.Combine(folder, "report.csv"));
        Assert.Equal(1 + lines.Length, csv.Length);
        for (var number = 1; number <= lines.Length; number++)
        {
            var columns = csv[number].Split(',');
            Assert.Equal((number.ToString(), lines[number - 1].Reason is null ? "good" : "refused"), (columns[0], columns[2]));
        }

        // What the records said, bad values included, is nowhere in it.
        var scan = LeakScan.For(holders.Where(holder => holder.LastName.All(c => c != '×' && c <= 0xFF)));
        scan.AddText("the name that cannot be written", Unencodable);
        scan.AddText("the name that cannot be written", UnencodableLatin1);
        scan.AddText("the unknown field's value", Unknown);
        scan.AddText("the long line", new string('7', 32));
        foreach (var name in (string[])["report.csv", "report.json"])
            Assert.Empty(scan.Find(await System.IO.File.ReadAllBytesAsync(Path.Combine(folder, name))));
        Assert.DoesNotContain("13/30", string.Concat(csv), StringComparison.Ordinal);
    }
}
