namespace PersoMesh.CardFace;

/// <summary>
/// Draws a finished ID-1 card as SVG, one drawing per side, 85.60 × 53.98 mm with one user unit per millimetre. The same
/// description always gives the same characters. Stateless and safe to use from several threads.
/// </summary>
public static class CardFaceRenderer
{
    /// <summary>Draws the front: background, portrait, printed texts, chip, embossing.</summary>
    /// <param name="card">The card. Its texts are escaped; nothing in it can become markup.</param>
    /// <returns>A whole SVG document. Shows cardholder data.</returns>
    /// <exception cref="ArgumentException">No such design.</exception>
    public static string Front(CardFaceDescription card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var svg = new SvgWriter();
        WriteFront(svg, card, place: null);
        return svg.ToString();
    }

    /// <summary>Draws the back: background, magnetic stripe, signature panel, printed texts, and the embossing as it shows through.</summary>
    /// <param name="card">The card, as for <see cref="Front"/>.</param>
    /// <returns>A whole SVG document. Shows cardholder data.</returns>
    /// <exception cref="ArgumentException">No such design.</exception>
    public static string Back(CardFaceDescription card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var svg = new SvgWriter();
        WriteBack(svg, card, place: null);
        return svg.ToString();
    }

    internal static void WriteFront(SvgWriter svg, CardFaceDescription card, (double X, double Y)? place)
    {
        var design = CardDesign.Of(card.Design);
        Open(svg, place, "Card, front");
        design.WriteFront(svg);
        if (card.Portrait is { } portrait)
            Portrait.Write(svg, portrait, design);
        foreach (var text in card.FrontTexts)
            Printing.Write(svg, text, design, onFront: true, card.Portrait);
        if (card.Chip)
            ChipContacts.Write(svg);
        if (card.Contactless)
            ChipContacts.WriteWaves(svg, design, card.Chip);
        Embossing.WriteRaised(svg, card.Embossing, design);
        Close(svg, design);
    }

    internal static void WriteBack(SvgWriter svg, CardFaceDescription card, (double X, double Y)? place)
    {
        var design = CardDesign.Of(card.Design);
        Open(svg, place, "Card, back");
        design.WriteBack(svg);
        Embossing.WriteSunken(svg, card.Embossing, design);
        if (card.MagneticStripe)
            CardBack.WriteStripe(svg);
        if (card.SignaturePanel)
            CardBack.WriteSignaturePanel(svg, design);
        foreach (var text in card.BackTexts)
            Printing.Write(svg, text, design, onFront: false, portrait: null);
        Close(svg, design);
    }

    static void Open(SvgWriter svg, (double X, double Y)? place, string title)
    {
        // A drawing in a sheet is placed in the sheet's millimetres; one on its own has the size of the real card.
        if (place is { } at)
            svg.Write($"<svg x=\"{at.X}\" y=\"{at.Y}\" width=\"85.6\" height=\"53.98\" viewBox=\"0 0 85.6 53.98\">");
        else
            svg.Write($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"85.6mm\" height=\"53.98mm\" viewBox=\"0 0 85.6 53.98\">");
        svg.Write($"<title>{title}</title>");
        svg.Write($"<defs><clipPath id=\"{svg.Id("card")}\"><rect width=\"85.6\" height=\"53.98\" rx=\"3.18\"/></clipPath></defs>");
        svg.Write($"<g clip-path=\"{svg.Url("card")}\">");
    }

    static void Close(SvgWriter svg, CardDesign design)
    {
        svg.Write($"</g>");
        // The cut edge catches the light on top and lies in shadow below.
        svg.Write($"<rect x=\".1\" y=\".1\" width=\"85.4\" height=\"53.78\" rx=\"3.08\" fill=\"none\" stroke=\"{design.Edge}\" stroke-width=\".2\"/>");
        svg.Write($"</svg>");
    }
}
