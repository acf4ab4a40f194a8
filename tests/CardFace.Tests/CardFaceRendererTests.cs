using System.Globalization;
using System.Xml.Linq;
using static PersoMesh.CardFace.Tests.Samples;

namespace PersoMesh.CardFace.Tests;

public class CardFaceRendererTests
{
    public static TheoryData<string> Designs => new(CardDesign.Names);

    [Fact]
    public void There_are_the_promised_designs() => Assert.Equal(["aurora", "campus", "graphite", "midnight", "plain"], CardDesign.Names);

    [Theory]
    [MemberData(nameof(Designs))]
    public void Each_design_draws_well_formed_sides_of_an_ID_1_card(string design)
    {
        foreach (var card in new[] { Bank(design), Badge(design), new CardFaceDescription { Design = design } })
        {
            foreach (var svg in new[] { CardFaceRenderer.Front(card), CardFaceRenderer.Back(card) })
            {
                var root = Parse(svg);
                Assert.Equal(Svg + "svg", root.Name);
                // ISO/IEC 7810 ID-1.
                Assert.Equal(("85.6mm", "53.98mm", "0 0 85.6 53.98"),
                    (root.Attribute("width")!.Value, root.Attribute("height")!.Value, root.Attribute("viewBox")!.Value));
                AssertReferencesResolve(root);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void Texts_are_on_the_side_they_belong_to(string design)
    {
        var card = Bank(design);
        var front = CardFaceRenderer.Front(card);
        var back = CardFaceRenderer.Back(card);
        Assert.Equal(["Northwind Bank", "debit"], Texts(front).Select(t => t.Value));
        Assert.Equal(["123"], Texts(back).Select(t => t.Value));
        Assert.Equal(["4000 0012 3456 7899", "12/29", "JANE DOE"],
            Parse(front).Descendants().Select(e => e.Attribute("aria-label")?.Value).Where(label => label is not null));
        Assert.Contains("ÅL", Texts(CardFaceRenderer.Front(Badge(design))).Select(t => t.Value));
    }

    [Fact]
    public void Texts_cannot_become_markup()
    {
        const string Hostile = "<script>alert(\"1\" & '2')</script>";
        var card = new CardFaceDescription
        {
            FrontTexts = [new(Hostile, 6, 20)],
            BackTexts = [new(Hostile, 6, 20)],
            Embossing = [new(EmbossingRow.Name1, "\"/><script>&")],
            Portrait = new("<&\"", 60, 20),
        };
        var front = CardFaceRenderer.Front(card);
        Assert.DoesNotContain("<script", front, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&quot;1&quot; &amp; '2')&lt;/script&gt;", front, StringComparison.Ordinal);
        Assert.Contains(Hostile, Texts(front).Select(t => t.Value));
        Assert.Contains("<&\"", Texts(front).Select(t => t.Value));
        Assert.Contains("\"/><script>&", Parse(front).Descendants().Select(e => e.Attribute("aria-label")?.Value));
        Assert.Contains(Hostile, Texts(CardFaceRenderer.Back(card)).Select(t => t.Value));
    }

    [Fact]
    public void Characters_that_XML_does_not_know_do_not_break_the_drawing()
    {
        var front = CardFaceRenderer.Front(new()
        {
            FrontTexts = [new("a\u0000b\u001Fc\uD800d\uFFFFe\nf\U0001F600", 6, 20)],
            Embossing = [new(EmbossingRow.Name1, "A\u0007\uDC00B")],
        });
        Assert.Contains("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe f\U0001F600", Texts(front).Select(t => t.Value));
    }

    [Fact]
    public void The_same_card_is_drawn_the_same_whatever_the_culture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        var before = CultureInfo.CurrentCulture;
        foreach (var design in CardDesign.Names)
        {
            var (front, back) = (CardFaceRenderer.Front(Bank(design)), CardFaceRenderer.Back(Bank(design)));
            try
            {
                CultureInfo.CurrentCulture = culture;
                Assert.Equal((front, back), (CardFaceRenderer.Front(Bank(design)), CardFaceRenderer.Back(Bank(design))));
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }

    [Fact]
    public void An_unknown_design_is_refused_with_the_names_there_are()
    {
        var fault = Assert.Throws<ArgumentException>(() => CardFaceRenderer.Front(new() { Design = "chrome" }));
        Assert.Contains("aurora, campus, graphite, midnight, plain", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_shows_no_cardholder_data_in_a_log()
    {
        var card = Bank("plain") with { Portrait = new("JD", 1, 1) };
        object[] parts = [card, new CardSheetItem(card, "JANE"), card.Portrait, .. card.Embossing, .. card.FrontTexts, .. card.BackTexts];
        foreach (var part in parts)
        {
            foreach (var secret in new[] { "4000", "JANE", "JD", "Northwind", "123" })
                Assert.DoesNotContain(secret, part.ToString(), StringComparison.Ordinal);
        }
    }

    internal static void AssertReferencesResolve(XElement root)
    {
        var ids = root.DescendantsAndSelf().Select(e => e.Attribute("id")?.Value).OfType<string>().ToList();
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
        var attributes = root.Descendants().Attributes().ToList();
        var references = attributes.Where(a => a.Name == "href").Select(a => a.Value[1..])
            .Concat(attributes.Where(a => a.Value.StartsWith("url(#", StringComparison.Ordinal)).Select(a => a.Value[5..^1]));
        Assert.All(references, reference => Assert.Contains(reference, ids));
    }
}
