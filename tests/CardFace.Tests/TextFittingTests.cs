using System.Globalization;
using static PersoMesh.CardFace.Tests.Samples;

namespace PersoMesh.CardFace.Tests;

public class TextFittingTests
{
    // Advance widths per em, read from the hmtx tables of DejaVu Sans and DejaVu Sans Bold 2.37 with a font tool.
    static readonly Dictionary<char, (double Regular, double Bold)> Advance = new()
    {
        ['W'] = (0.989, 1.103),
        ['i'] = (0.278, 0.343),
        ['0'] = (0.636, 0.696),
        ['Ö'] = (0.787, 0.850),
    };

    [Theory]
    [InlineData(6, TextAlign.Start)]
    [InlineData(79, TextAlign.End)]
    [InlineData(42.8, TextAlign.Middle)]
    [InlineData(70, TextAlign.Middle)]
    [InlineData(-5, TextAlign.Start)]
    [InlineData(200, TextAlign.End)]
    [InlineData(84, TextAlign.Start)]
    public void No_text_leaves_the_card(double x, TextAlign align)
    {
        foreach (var (character, advance) in Advance)
        {
            foreach (var length in new[] { 1, 7, 40, 300 })
            {
                foreach (var weight in new[] { 400, 700 })
                {
                    var printed = new PrintedText(new string(character, length), x, 20, 4, weight, align, LetterSpacing: 0.1);
                    var text = Assert.Single(Texts(CardFaceRenderer.Front(new() { FrontTexts = [printed] })));
                    var em = weight == 700 ? advance.Bold : advance.Regular;
                    var width = length * (em * text.Number("font-size") + text.Number("letter-spacing"));
                    var left = text.Number("x") - align switch { TextAlign.Start => 0, TextAlign.Middle => width / 2, _ => width };
                    // Numbers in the drawing are rounded to a thousandth, which 300 characters multiply.
                    Assert.InRange(left, 1.5, 84.1);
                    Assert.InRange(left + width, 1.5, 84.1);
                }
            }
        }
    }

    [Fact]
    public void A_text_that_fits_keeps_its_size_and_place()
    {
        var text = Assert.Single(Texts(CardFaceRenderer.Front(new() { FrontTexts = [new("JANE DOE", 7.5, 40, 4.2, 600)] })));
        Assert.Equal((7.5, 40, 4.2, 600), (text.Number("x"), text.Number("y"), text.Number("font-size"), text.Number("font-weight")));
    }

    [Theory]
    [InlineData(-10, 4)]
    [InlineData(90, 52.98)]
    public void A_baseline_off_the_card_is_moved_onto_it(double y, double expected) =>
        Assert.Equal(expected, Assert.Single(Texts(CardFaceRenderer.Back(new() { BackTexts = [new("X", 6, y, 4)] }))).Number("y"));

    [Fact]
    public void A_text_beside_the_portrait_stops_before_it()
    {
        var card = new CardFaceDescription
        {
            Portrait = new("", 60, 18, 20, 26),
            FrontTexts = [new(new string('W', 40), 6, 30), new(new string('W', 40), 6, 50)],
        };
        var texts = Texts(CardFaceRenderer.Front(card)).Where(t => t.Value.Length == 40).ToList();
        Assert.True(6 + 40 * 0.989 * texts[0].Number("font-size") < 60);
        Assert.InRange(6 + 40 * 0.989 * texts[1].Number("font-size"), 75, 84);
    }

    [Fact]
    public void Initials_fit_their_frame()
    {
        var svg = CardFaceRenderer.Front(new() { Portrait = new("WWWWW", 60, 18, 12, 30) });
        var initials = Assert.Single(Texts(svg));
        Assert.Equal("WWW", initials.Value);
        Assert.True(3 * 1.103 * initials.Number("font-size") < 12);
    }

    [Fact]
    public void Numbers_are_written_for_XML()
    {
        var sizes = Texts(CardFaceRenderer.Front(Bank("plain"))).Select(t => t.Attribute("font-size")!.Value);
        Assert.All(sizes, size => Assert.True(double.TryParse(size, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)));
    }
}
