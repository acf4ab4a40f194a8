namespace PersoMesh.CardFace;

/// <summary>
/// Raised characters: the same strokes drawn several times, displaced towards the shadow and towards the light, with a foil
/// on top. Seen from the back they are sunken and run the other way.
/// </summary>
static class Embossing
{
    public static void WriteRaised(SvgWriter svg, IReadOnlyList<EmbossedLine> lines, CardDesign design)
    {
        if (lines.Count == 0)
            return;
        Define(svg, lines);
        // In the units of the glyphs' field, which is where their strokes are painted; so are the widths of the strokes.
        var foil = design.Tipping;
        svg.Write($"""<defs><linearGradient id="{svg.Id("foil")}" gradientUnits="userSpaceOnUse" x1="0" y1="-.5" x2=".6" y2="6.5"><stop stop-color="{foil.Light}"/><stop offset=".4" stop-color="{foil.Middle}"/><stop offset=".56" stop-color="{foil.Dark}"/><stop offset=".7" stop-color="{foil.Middle}"/><stop offset="1" stop-color="{foil.Light}"/></linearGradient></defs>""");
        for (var i = 0; i < lines.Count; i++)
        {
            svg.Write($"""<g role="img" aria-label="{lines[i].Text}">""");
            WriteLayer(svg, i, (0.28, 0.36), "#000", 0.16, 1.35);
            WriteLayer(svg, i, (0.14, 0.18), "#000", 0.42, 1.05);
            WriteLayer(svg, i, (-0.08, -0.1), "#fff", 0.55, 0.86);
            WriteLayer(svg, i, (0, 0), svg.Url("foil"), 1, 0.86);
            svg.Write($"</g>");
        }
    }

    public static void WriteSunken(SvgWriter svg, IReadOnlyList<EmbossedLine> lines, CardDesign design)
    {
        if (lines.Count == 0)
            return;
        Define(svg, lines);
        svg.Write($"""<g transform="translate(85.6 0) scale(-1 1)">""");
        for (var i = 0; i < lines.Count; i++)
        {
            // Mirrored, so light from the upper left comes from the upper right here.
            WriteLayer(svg, i, (-0.09, 0.1), "#fff", design.IsLight ? 0.9 : 0.13, 0.8);
            WriteLayer(svg, i, (0.06, -0.08), "#000", design.IsLight ? 0.11 : 0.24, 0.8);
        }

        svg.Write($"</g>");
    }

    static void WriteLayer(SvgWriter svg, int line, (double X, double Y) offset, string paint, double opacity, double width) =>
        svg.Write($"""<use href="#{svg.Id($"line{line}")}" transform="translate({offset.X} {offset.Y})" stroke="{paint}" fill="{paint}" opacity="{opacity}" stroke-width="{width}"/>""");

    // Each character's strokes and each line once; the layers of the relief only refer to them.
    static void Define(SvgWriter svg, IReadOnlyList<EmbossedLine> lines)
    {
        svg.Write($"<defs>");
        foreach (var character in lines.SelectMany(line => line.Text).Distinct().Order())
        {
            if (EmbossingGlyphs.Of(character) is { } strokes)
                svg.Write($"""<path id="{GlyphId(svg, character)}" d="{strokes}" fill="none"/>""");
        }

        for (var i = 0; i < lines.Count; i++)
        {
            svg.Write($"""<g id="{svg.Id($"line{i}")}" stroke-linecap="round" stroke-linejoin="round">""");
            DefineLine(svg, lines[i]);
            svg.Write($"</g>");
        }

        svg.Write($"</defs>");
    }

    static void DefineLine(SvgWriter svg, EmbossedLine line)
    {
        var height = line.Row == EmbossingRow.Number ? 3.5 : 2.4;
        var scale = height / EmbossingGlyphs.FieldHeight;
        var top = CardGeometry.RowCentre(line.Row) - height / 2;
        var (centre, pitch, narrowing) = Places(line);
        foreach (var character in line.Text)
        {
            if (EmbossingGlyphs.Of(character) is not null)
                svg.Write($"""<use href="#{GlyphId(svg, character)}" transform="translate({centre - EmbossingGlyphs.FieldWidth / 2 * scale * narrowing} {top}) scale({scale * narrowing} {scale})"/>""");
            else if (!char.IsWhiteSpace(character))
                // No embossing machine has it: shown all the same, in a printer's face.
                svg.Write($"""<text transform="translate({centre} {top + height}) scale({scale * narrowing})" font-family="{Printing.Faces}" font-size="8.2" text-anchor="middle" stroke="none">{character.ToString()}</text>""");
            centre += pitch;
        }
    }

    /// <summary>
    /// Centre of the first character, distance of the characters, and how much narrower they are: a text too long for its
    /// row is squeezed into it.
    /// </summary>
    static (double First, double Pitch, double Narrowing) Places(EmbossedLine line)
    {
        var (pitch, capacity) = line.Row == EmbossingRow.Number
            ? (CardGeometry.NumberPitch, CardGeometry.NumberCapacity)
            : (CardGeometry.NamePitch, CardGeometry.NameCapacity);
        var column = Math.Clamp(line.Column, 0, capacity - 1);
        var first = CardGeometry.ColumnLeft(line.Row, column) + pitch / 2;
        var free = Math.Max(2, capacity - column);
        var narrowing = line.Text.Length <= free ? 1 : (free - 1.0) / (line.Text.Length - 1);
        return (first, pitch * narrowing, narrowing);
    }

    static string GlyphId(SvgWriter svg, char character) => svg.Id($"e{(int)character:x}");
}
