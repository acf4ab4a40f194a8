namespace PersoMesh.CardFace;

/// <summary>A card on a <see cref="CardSheet"/>.</summary>
/// <param name="Card">The card.</param>
/// <param name="Caption">Printed under it, such as the card object identifier and the verdict.</param>
public sealed record CardSheetItem(CardFaceDescription Card, string Caption)
{
    /// <summary>The design, not the caption.</summary>
    public override string ToString() => Card.ToString();
}

/// <summary>A contact sheet: many cards, front and back side by side, in one drawing.</summary>
public static class CardSheet
{
    const double Gap = 4;
    const double Margin = 14;
    const double TitleHeight = 22;
    const double PairWidth = 2 * CardGeometry.Width + Gap;
    const double PairHeight = CardGeometry.Height + 16;
    const double ColumnGap = 14;

    /// <summary>Draws the sheet: one column of pairs up to three cards, two up to twelve, three beyond that.</summary>
    /// <param name="title">Heading; escaped.</param>
    /// <param name="cards">The cards in reading order.</param>
    /// <returns>A whole SVG document, one user unit per millimetre. Shows cardholder data.</returns>
    /// <exception cref="ArgumentException">A card has an unknown design.</exception>
    public static string ToSvg(string title, IReadOnlyList<CardSheetItem> cards)
    {
        ArgumentNullException.ThrowIfNull(cards);
        var columns = cards.Count switch { <= 3 => 1, <= 12 => 2, _ => 3 };
        var rows = (cards.Count + columns - 1) / columns;
        var width = 2 * Margin + columns * PairWidth + (columns - 1) * ColumnGap;
        var height = 2 * Margin + TitleHeight + rows * PairHeight - 6;

        var svg = new SvgWriter();
        svg.Write($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}mm" height="{height}mm">
            <title>{title}</title>
            <defs>
            <linearGradient id="desk" x2=".6" y2="1"><stop stop-color="#f4f5f8"/><stop offset="1" stop-color="#d9dde5"/></linearGradient>
            <filter id="shadow" x="-10%" y="-12%" width="120%" height="132%"><feGaussianBlur stdDeviation="1.8"/></filter>
            </defs>
            <rect width="{width}" height="{height}" fill="url(#desk)"/>
            """);
        WriteLine(svg, title, Margin, Margin + 8, width - 2 * Margin, 8, 700, "#1b2130");
        WriteLine(svg, cards.Count == 1 ? "1 card" : $"{cards.Count} cards", Margin, Margin + 14.5, width - 2 * Margin, 4, 400, "#6a7386");
        for (var i = 0; i < cards.Count; i++)
        {
            var x = Margin + i % columns * (PairWidth + ColumnGap);
            var y = Margin + TitleHeight + i / columns * PairHeight;
            WriteShadow(svg, x, y);
            WriteShadow(svg, x + CardGeometry.Width + Gap, y);
            WritePair(svg, cards[i], i, x, y);
        }

        svg.Write($"</svg>");
        return svg.ToString();
    }

    static void WritePair(SvgWriter svg, CardSheetItem item, int index, double x, double y)
    {
        svg.UseIdPrefix($"c{index}f-");
        CardFaceRenderer.WriteFront(svg, item.Card, (x, y));
        svg.UseIdPrefix($"c{index}b-");
        CardFaceRenderer.WriteBack(svg, item.Card, (x + CardGeometry.Width + Gap, y));
        svg.UseIdPrefix("");
        WriteLine(svg, item.Caption, x, y + CardGeometry.Height + 6, PairWidth, 3.6, 400, "#3d4558");
    }

    static void WriteShadow(SvgWriter svg, double x, double y) =>
        svg.Write($"""<rect x="{x + 0.4}" y="{y + 1.6}" width="84.8" height="53" rx="3.4" fill="#1b2440" fill-opacity=".34" filter="url(#shadow)"/>""");

    static void WriteLine(SvgWriter svg, string text, double x, double y, double room, double size, int weight, string colour)
    {
        var width = TextWidth.Of(text, size, weight, letterSpacing: 0);
        var fitted = width > room ? size * room / width : size;
        svg.Write($"""<text x="{x}" y="{y}" font-family="{Printing.Faces}" font-size="{fitted}" font-weight="{weight.ToString()}" fill="{colour}">{text}</text>""");
    }
}
