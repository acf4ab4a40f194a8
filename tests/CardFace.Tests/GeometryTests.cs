using System.Globalization;
using System.Text.RegularExpressions;
using static PersoMesh.CardFace.Tests.Samples;

namespace PersoMesh.CardFace.Tests;

/// <summary>Positions against the figures of the standards (STANDARDS.md §7; contacts: ISO/IEC 7816-2, figure 2).</summary>
public partial class GeometryTests
{
    [Theory]
    [InlineData(EmbossingRow.Number, 53.98 - 21.42)]
    [InlineData(EmbossingRow.Name4, 53.98 - 2.41 - 14.53 / 8)]
    [InlineData(EmbossingRow.Name1, 53.98 - 2.41 - 14.53 + 14.53 / 8)]
    public void Embossed_rows_lie_where_ISO_7811_3_puts_them(EmbossingRow row, double centre) =>
        Assert.Equal(centre, CardGeometry.RowCentre(row), 3);

    [Theory]
    [InlineData(EmbossingRow.Number, 19, 25.4 / 7)]
    [InlineData(EmbossingRow.Name1, 27, 25.4 / 10)]
    public void A_full_row_keeps_the_pitch_and_stays_on_the_card(EmbossingRow row, int capacity, double pitch)
    {
        var places = Places(row, new string('8', capacity));
        Assert.Equal(capacity, places.Count);
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.Equal(pitch, pair.Second - pair.First, 2));
        Assert.InRange(places[0], 7.65, 10);
        Assert.True(places[^1] + pitch < 85.6);
    }

    [Fact]
    public void A_row_that_is_too_long_is_set_closer_and_ends_where_a_full_row_ends()
    {
        var full = Places(EmbossingRow.Name3, new string('M', 27));
        var tooLong = Places(EmbossingRow.Name3, new string('M', 40));
        // Left edges of the characters, which are narrower themselves.
        Assert.InRange(tooLong[0], full[0], full[0] + 1);
        Assert.InRange(tooLong[^1], full[^1], full[^1] + 1);
        Assert.InRange(Places(EmbossingRow.Name3, new string('M', 40), column: 20)[^1], full[^1], full[^1] + 1);
    }

    [Fact]
    public void The_grooves_of_the_chip_leave_every_contact_whole()
    {
        // ISO/IEC 7816-2: no contact is smaller than 2 × 1.7 mm at these places.
        double[] lefts = [10.25, 17.87];
        double[] tops = [19.23, 21.77, 24.31, 26.85];
        Assert.Equal(lefts, CardGeometry.ContactLefts.ToArray());
        Assert.Equal(tops, CardGeometry.ContactTops.ToArray());

        var chip = Parse(CardFaceRenderer.Front(new() { Chip = true })).Descendants();
        var grooves = Assert.Single(chip, e => e.Attribute("stroke")?.Value == "#6b4d17");
        var half = grooves.Number("stroke-width") / 2;
        var plate = Assert.Single(chip, e => e.Attribute("stroke")?.Value == "#7d5c1e");
        foreach (var left in lefts)
        {
            foreach (var top in tops)
            {
                Assert.True(left > plate.Number("x") && left + 2 < plate.Number("x") + plate.Number("width"));
                Assert.True(top > plate.Number("y") && top + 1.7 < plate.Number("y") + plate.Number("height"));
                Assert.DoesNotContain(Points(grooves.Attribute("d")!.Value), p =>
                    p.X > left - half && p.X < left + 2 + half && p.Y > top - half && p.Y < top + 1.7 + half);
            }
        }
    }

    [Fact]
    public void The_stripe_covers_the_recording_area_of_three_tracks()
    {
        var stripe = Parse(CardFaceRenderer.Back(new() { MagneticStripe = true })).Descendants(Svg + "rect")
            .First(e => e.Attribute("fill")?.Value == "url(#oxide)");
        Assert.InRange(stripe.Number("y"), 0, 5.54);
        Assert.True(stripe.Number("y") + stripe.Number("height") >= 15.82);
        Assert.Equal(85.6, stripe.Number("width"));
    }

    [Fact]
    public void Without_its_parts_the_card_shows_none_of_them()
    {
        var bare = CardFaceRenderer.Front(new()) + CardFaceRenderer.Back(new());
        foreach (var id in new[] { "contacts", "oxide", "security", "foil", "frame" })
            Assert.DoesNotContain($"id=\"{id}\"", bare, StringComparison.Ordinal);
    }

    static List<double> Places(EmbossingRow row, string text, int column = 0)
    {
        var root = Parse(CardFaceRenderer.Front(new() { Embossing = [new(row, text, column)] }));
        return [.. root.Descendants(Svg + "g").Single(e => e.Attribute("id")?.Value == "line0").Elements(Svg + "use")
            .Select(use => Translation().Match(use.Attribute("transform")!.Value).Groups["x"].Value)
            .Select(x => double.Parse(x, CultureInfo.InvariantCulture))];
    }

    // Absolute M, H, V and Q only, every line and curve in 50 steps.
    static IEnumerable<(double X, double Y)> Points(string path)
    {
        var at = (X: 0.0, Y: 0.0);
        var start = at;
        foreach (Match part in PathCommand().Matches(path))
        {
            double[] n = [.. PathNumber().Matches(part.Groups["numbers"].Value).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];
            switch (part.Groups["command"].Value)
            {
                case "M":
                    start = at = (n[0], n[1]);
                    continue;
                case "Q":
                    Assert.Equal(4, n.Length);
                    foreach (var p in Curve(at, (n[0], n[1]), (n[2], n[3])))
                        yield return p;
                    at = (n[2], n[3]);
                    continue;
            }

            var end = part.Groups["command"].Value switch { "H" => (n[0], at.Y), "V" => (at.X, n[0]), _ => start };
            foreach (var p in Curve(at, ((at.X + end.Item1) / 2, (at.Y + end.Item2) / 2), end))
                yield return p;
            at = end;
        }
    }

    static IEnumerable<(double X, double Y)> Curve((double X, double Y) a, (double X, double Y) b, (double X, double Y) c)
    {
        for (var i = 0; i <= 50; i++)
        {
            var t = i / 50.0;
            var (p, q, r) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t);
            yield return (p * a.X + q * b.X + r * c.X, p * a.Y + q * b.Y + r * c.Y);
        }
    }

    [GeneratedRegex(@"translate\((?<x>[-\d.]+) ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Translation();

    [GeneratedRegex(@"(?<command>[MHVQZ])(?<numbers>[^MHVQZ]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PathCommand();

    [GeneratedRegex(@"-?\d*\.?\d+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex PathNumber();
}
