namespace PersoMesh.CardFace;

/// <summary>Printed texts, fitted to the card.</summary>
static class Printing
{
    public const string Faces = "'Helvetica Neue', Inter, Roboto, Arial, 'DejaVu Sans', sans-serif";

    /// <summary>Writes one line.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="text">The line.</param>
    /// <param name="design">Gives the inks.</param>
    /// <param name="onFront">False on the back.</param>
    /// <param name="portrait">A frame on the same side that the line stops before, or null.</param>
    public static void Write(SvgWriter svg, PrintedText text, CardDesign design, bool onFront, PortraitArea? portrait)
    {
        if (string.IsNullOrWhiteSpace(text.Text))
            return;
        var size = Math.Clamp(text.Size, 0.5, 20);
        var x = Math.Clamp(text.X, CardGeometry.TextMargin, CardGeometry.Width - CardGeometry.TextMargin);
        var y = Math.Clamp(text.Y, size, CardGeometry.Height - 1);
        var weight = Math.Clamp(text.Weight, 100, 900);
        var room = Room(x, text.Align, portrait is { } frame && y > frame.Y && y - size < frame.Y + frame.Height ? frame : null);
        var width = TextWidth.Of(text.Text, size, weight, text.LetterSpacing);
        // Width grows in proportion to size and spacing, so one factor fits both.
        var factor = width > room ? room / width : 1;

        var anchor = text.Align switch { TextAlign.Middle => "middle", TextAlign.End => "end", _ => "start" };
        svg.Write($"""<text x="{x}" y="{y}" font-family="{Faces}" font-size="{size * factor}" font-weight="{weight.ToString()}" text-anchor="{anchor}" letter-spacing="{text.LetterSpacing * factor}" fill="{design.ColourOf(text.Tone, y, onFront)}">{text.Text}</text>""");
    }

    // From the anchor to the nearer margin, or to the portrait, that the text grows towards.
    static double Room(double x, TextAlign align, PortraitArea? beside)
    {
        var (left, right) = (CardGeometry.TextMargin, CardGeometry.Width - CardGeometry.TextMargin);
        if (beside is not null && x < beside.X)
            right = Math.Min(right, beside.X - 1);
        else if (beside is not null && x > beside.X + beside.Width)
            left = Math.Max(left, beside.X + beside.Width + 1);
        (left, right) = (x - left, right - x);
        return Math.Max(1, align switch { TextAlign.Start => right, TextAlign.End => left, _ => 2 * Math.Min(left, right) });
    }
}
