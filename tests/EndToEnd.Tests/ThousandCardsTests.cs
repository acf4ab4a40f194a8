using System.Globalization;
using System.Xml.Linq;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Ingest.Jobs;
using PersoMesh.MagneticStripe;

namespace PersoMesh.EndToEnd.Tests;

/// <summary>A thousand debit cards on sixteen stations, all services in one process.</summary>
public sealed class ThousandCardsTests(ThousandDebitCards run) : IClassFixture<ThousandDebitCards>
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Thousand_cards_on_sixteen_stations_are_all_good()
    {
        Assert.Equal((1000, 1000, 0), (run.Status.Records, run.Status.Good, run.Status.SpoiledCards));
        Assert.Equal(ThousandDebitCards.Stations, run.Report.Select(line => line.Station).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_report_has_one_complete_line_for_each_card()
    {
        Assert.Equal(run.Holders.Select(holder => holder.Id), run.Report.Select(line => line.CardObjectId));
        Assert.All(run.Report, line => Assert.True(IsComplete(line), $"{line.CardObjectId}: something is missing in its line"));
        var csv = File.ReadAllLines(Path.Combine(run.Output, "report.csv"));
        Assert.Equal(1 + ThousandDebitCards.Cards, csv.Length);
        Assert.All(csv.Skip(1), line => Assert.Equal("good", line.Split(',')[2]));
    }

    [Fact]
    public void Each_card_holds_its_own_holders_data_keys_and_PIN_and_no_others() =>
        DebitCardCheck.EveryHolderHasHerCard(run.Output, run.Holders, run.Report);

    [Fact]
    public void The_bits_on_each_stripe_are_its_holders_tracks_with_the_right_LRC()
    {
        foreach (var holder in run.Holders)
        {
            var stripe = File.ReadAllLines(Path.Combine(run.Output, "cards", $"{holder.Id}.stripe.txt"));
            Assert.Equal(5, stripe.Length);
            Assert.Equal("coercivity high", stripe[0]);
            IsTrack(1, holder.Track1, ' ', stripe[1], stripe[2], holder.Id);
            IsTrack(2, holder.Track2, '0', stripe[3], stripe[4], holder.Id);
        }
    }

    [Fact]
    public void Each_card_is_embossed_with_its_holders_number_expiry_and_name()
    {
        foreach (var holder in run.Holders)
        {
            var lines = File.ReadAllLines(Path.Combine(run.Output, "cards", $"{holder.Id}.emboss.txt"));
            var texts = lines.Select(line => line.Split(": ", 2)[1]);
            Assert.True(holder.EmbossedLines.SequenceEqual(texts), $"{holder.Id}: its embossing is another");
        }
    }

    [Fact]
    public void Each_cards_picture_shows_its_holders_embossing_in_front_and_a_stripe_behind()
    {
        foreach (var holder in run.Holders)
        {
            var front = Picture(holder, "front");
            // The characters are drawn as strokes; their label says what they spell.
            var embossed = front.Descendants(Svg + "g").Select(group => group.Attribute("aria-label")?.Value).OfType<string>();
            Assert.True(holder.EmbossedLines.SequenceEqual(embossed), $"{holder.Id}: its picture shows other embossing");
            Assert.Contains("DEMO BANK", Texts(front));
            Assert.Contains("Lost? +49 30 0000 0000", Texts(Picture(holder, "back")));
        }
    }

    XElement Picture(DebitHolder holder, string side)
    {
        var svg = XDocument.Load(Path.Combine(run.Output, "cards", $"{holder.Id}.{side}.svg")).Root!;
        Assert.Equal(Svg + "svg", svg.Name);
        Assert.Equal($"Card, {side}", svg.Element(Svg + "title")?.Value);
        return svg;
    }

    static IEnumerable<string> Texts(XElement picture) => picture.Descendants(Svg + "text").Select(text => text.Value);

    static bool IsComplete(CardReport line) =>
        line is { State: CardState.Good, Attempts: 1, ApduCount: > 0, Started: not null, DurationMilliseconds: > 0 }
            && line is { CardSerial.Length: > 0, Reader.Length: > 0 };

    static void IsTrack(int track, string expected, char codeOfZero, string textLine, string bitsLine, string id)
    {
        var lrc = expected.Aggregate(0, (sum, character) => sum ^ (character - codeOfZero));
        Assert.True($"track {track}: {expected} LRC {lrc:X}" == textLine, $"{id}: track {track} is not what the issuer's file says");
        var prefix = $"bits {track}: ";
        Assert.StartsWith(prefix, bitsLine, StringComparison.Ordinal);
        var bits = bitsLine[prefix.Length..];
        var whole = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        var packed = whole.Chunk(8).Select(digits => byte.Parse(digits, NumberStyles.BinaryNumber)).ToArray();
        Assert.True(TrackDecoding.TryDecode(track, packed, bits.Length, out var text, out var fault), $"{id}: {fault}");
        Assert.True(expected == text, $"{id}: the bits of track {track} are not what the issuer's file says");
    }
}
