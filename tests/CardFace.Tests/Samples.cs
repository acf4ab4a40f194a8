using System.Globalization;
using System.Xml.Linq;

namespace PersoMesh.CardFace.Tests;

/// <summary>Cards of all designs, and ways to look into their drawings.</summary>
static class Samples
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static CardFaceDescription Bank(string design) => new()
    {
        Design = design,
        Chip = true,
        Contactless = true,
        MagneticStripe = true,
        SignaturePanel = true,
        Embossing =
        [
            new(EmbossingRow.Number, "4000 0012 3456 7899"),
            new(EmbossingRow.Name2, "12/29", Column: 13),
            new(EmbossingRow.Name4, "JANE DOE"),
        ],
        FrontTexts =
        [
            new("Northwind Bank", 7.65, 10.4, 5.2, 700),
            new("debit", 78, 10.4, 3.6, Align: TextAlign.End, Tone: TextTone.Accent),
        ],
        BackTexts = [new("123", 60, 24.8, 3, 700, TextAlign.End, TextTone.Black)],
    };

    public static CardFaceDescription Badge(string design) => new()
    {
        Design = design,
        Chip = true,
        Portrait = new("ÅL", 59.4, 18.4),
        FrontTexts = [new("Åsa Lind", 6, 38.4, 4.6, 700)],
    };

    public static XElement Parse(string svg) => XDocument.Parse(svg).Root!;

    public static double Number(this XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    public static IEnumerable<XElement> Texts(string svg) => Parse(svg).Descendants(Svg + "text");
}
