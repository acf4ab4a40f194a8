using System.Globalization;
using System.Text;

namespace PersoMesh.CardFace.Designs;

/// <summary>White with a green band and the arches of a cloister: for badges and students' cards.</summary>
sealed class Campus : CardDesign
{
    const double BandHeight = 13.2;
    const double BackBandTop = 50.2;

    public override string Name => "campus";
    internal override string Ink => "#12312b";
    internal override string Muted => "#5f7a72";
    internal override string Accent => "#137a5f";
    internal override string Edge => "#b9c4bd";
    internal override (string Light, string Middle, string Dark) Tipping => ("#3f7d6c", "#1d5547", "#0d3a30");
    internal override bool IsLight => true;

    internal override string ColourOf(TextTone tone, double baseline, bool onFront)
    {
        // Both bands are dark, the rest is white.
        var onBand = onFront ? baseline < BandHeight : baseline > BackBandTop + 1;
        return tone switch
        {
            TextTone.Ink when onBand => "#ffffff",
            TextTone.Muted when onBand => "#c5e6d8",
            TextTone.Accent when onBand => "#f3dc9b",
            _ => base.ColourOf(tone, baseline, onFront),
        };
    }

    internal override void WriteFront(SvgWriter svg)
    {
        WritePaper(svg);
        svg.Write($"""
            <clipPath id="{svg.Id("top")}"><rect width="85.6" height="{BandHeight}"/></clipPath>
            <g clip-path="{svg.Url("top")}"><rect width="85.6" height="{BandHeight}" fill="{svg.Url("band")}"/><rect width="85.6" height="{BandHeight}" fill="{svg.Url("leaf")}"/><path d="{Lines.Circles(78, 2, 4, 1.6, 1.04, 12)}" fill="none" stroke="#fff" stroke-opacity=".16" stroke-width=".14"/></g>
            <rect y="{BandHeight}" width="85.6" height=".7" fill="{svg.Url("gold")}"/>
            """);
    }

    internal override void WriteBack(SvgWriter svg)
    {
        WritePaper(svg);
        svg.Write($"""
            <rect y="{BackBandTop}" width="85.6" height="3.8" fill="{svg.Url("band")}"/><rect y="{BackBandTop}" width="85.6" height="3.8" fill="{svg.Url("leaf")}"/>
            <rect y="{BackBandTop - 0.4}" width="85.6" height=".4" fill="{svg.Url("gold")}"/>
            """);
    }

    static void WritePaper(SvgWriter svg) =>
        svg.Write($"""
            <defs>
            <linearGradient id="{svg.Id("paper")}" x2=".4" y2="1"><stop stop-color="#ffffff"/><stop offset="1" stop-color="#f1f3ea"/></linearGradient>
            <linearGradient id="{svg.Id("band")}" x2="1" y2=".3"><stop stop-color="#0b4a3c"/><stop offset=".55" stop-color="#137a5f"/><stop offset="1" stop-color="#2aa37a"/></linearGradient>
            <linearGradient id="{svg.Id("gold")}" x2="1"><stop stop-color="#c79a3b"/><stop offset=".5" stop-color="#f0d58c"/><stop offset="1" stop-color="#c79a3b"/></linearGradient>
            <pattern id="{svg.Id("leaf")}" width="3.3" height="3.3" patternUnits="userSpaceOnUse"><g fill="none" stroke="#fff" stroke-opacity=".11" stroke-width=".1"><circle r="1.65"/><circle cx="3.3" r="1.65"/><circle cy="3.3" r="1.65"/><circle cx="3.3" cy="3.3" r="1.65"/><circle cx="1.65" cy="1.65" r="1.65"/></g></pattern>
            </defs>
            <rect width="85.6" height="53.98" fill="{svg.Url("paper")}"/>
            <path d="{Arches()}" fill="none" stroke="#137a5f" stroke-opacity=".13" stroke-width=".22"/>
            """);

    // A row of arches, each of three lines, standing on the lower edge and growing to the right.
    static string Arches()
    {
        var path = new StringBuilder();
        (double Left, double Width, double Top)[] arches = [(33, 9, 44), (42, 9.6, 42), (51.6, 10.4, 39.6), (62, 11.4, 36.8), (73.4, 12.6, 33.4)];
        foreach (var (left, width, top) in arches)
        {
            for (var ring = 0; ring < 3; ring++)
            {
                var inset = 0.5 + ring * 0.75;
                var radius = width / 2 - inset;
                path.Append(CultureInfo.InvariantCulture,
                    $"M{left + inset:0.##} 54V{top + inset + radius:0.##}a{radius:0.##} {radius:0.##} 0 0 1 {2 * radius:0.##} 0V54");
            }
        }

        return path.ToString();
    }
}
