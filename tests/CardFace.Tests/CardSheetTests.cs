using System.Globalization;
using static PersoMesh.CardFace.Tests.Samples;

namespace PersoMesh.CardFace.Tests;

public class CardSheetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(13)]
    public void Every_card_is_there_with_both_sides_and_its_caption(int count)
    {
        var designs = CardDesign.Names.ToArray();
        var cards = Enumerable.Range(0, count).Select(i => new CardSheetItem(Bank(designs[i % designs.Length]), $"card & {i}"));
        var root = Parse(CardSheet.ToSvg("Job <1>", [.. cards]));
        CardFaceRendererTests.AssertReferencesResolve(root);
        var sides = root.Elements(Svg + "svg").ToList();
        Assert.Equal(2 * count, sides.Count);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"card & {i}"),
            root.Elements(Svg + "text").Select(t => t.Value).Where(t => t.StartsWith("card &", StringComparison.Ordinal)));
        Assert.Equal("Job <1>", root.Element(Svg + "title")!.Value);

        // Nothing overlaps, nothing leaves the sheet.
        double[] sheet = [.. root.Attribute("viewBox")!.Value.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        var corners = sides.Select(s => (X: s.Number("x"), Y: s.Number("y"))).ToList();
        Assert.All(corners, c => Assert.True(c.X >= 0 && c.X + 85.6 <= sheet[2] && c.Y >= 0 && c.Y + 53.98 <= sheet[3]));
        for (var i = 0; i < corners.Count; i++)
        {
            for (var j = 0; j < i; j++)
                Assert.True(Math.Abs(corners[i].X - corners[j].X) >= 85.6 || Math.Abs(corners[i].Y - corners[j].Y) >= 53.98);
        }
    }

    [Fact]
    public void A_sheet_is_drawn_the_same_twice()
    {
        CardSheetItem[] cards = [new(Bank("aurora"), "1"), new(Badge("campus"), "2")];
        Assert.Equal(CardSheet.ToSvg("t", cards), CardSheet.ToSvg("t", cards));
    }

    [Fact]
    public void A_long_title_is_made_smaller()
    {
        var title = Parse(CardSheet.ToSvg(new string('W', 100), [new(Bank("plain"), "")])).Elements(Svg + "text").First();
        Assert.True(title.Number("x") + 100 * 1.103 * title.Number("font-size") < 203);
    }
}
