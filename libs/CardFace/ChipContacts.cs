namespace PersoMesh.CardFace;

/// <summary>The contact plate of a chip module, drawn so that the contact areas of ISO/IEC 7816-2 lie whole between its grooves.</summary>
static class ChipContacts
{
    // Grooves run midway between the rows of contacts: y = 21.35, 23.89, 26.43. The middle field hangs together with C5 (ground).
    const string Grooves = """
        M8.56 21.35H12.05M8.56 23.89H12.9M8.56 26.43H12.05
        M21.56 21.35H18.07M21.56 23.89H17.22M21.56 26.43H18.07M15.06 17.99V20.2M15.06 27.58V29.79
        M12.05 21.35Q12.9 20.2 14.3 20.2H15.82Q17.22 20.2 18.07 21.35
        Q17.22 22 17.22 23V24.78Q17.22 25.78 18.07 26.43Q17.22 27.58 15.82 27.58H14.3Q12.9 27.58 12.05 26.43
        Q12.9 25.78 12.9 24.78V23Q12.9 22 12.05 21.35Z
        """;

    public static void Write(SvgWriter svg) =>
        svg.Write($"""
            <defs>
            <linearGradient id="{svg.Id("contacts")}" x2="1" y2="1"><stop stop-color="#fdf3cf"/><stop offset=".28" stop-color="#e3c06a"/><stop offset=".52" stop-color="#f5e3a6"/><stop offset=".75" stop-color="#c79a40"/><stop offset="1" stop-color="#e9cf86"/></linearGradient>
            </defs>
            <rect x="8.36" y="17.82" width="13.4" height="12.2" rx="2.3" fill="#000" fill-opacity=".28"/>
            <rect x="8.56" y="17.99" width="13" height="11.8" rx="2.1" fill="{svg.Url("contacts")}" stroke="#7d5c1e" stroke-width=".14"/>
            <path d="{Grooves}" transform="translate(.1 .12)" fill="none" stroke="#fff8df" stroke-opacity=".75" stroke-width=".16"/>
            <path d="{Grooves}" fill="none" stroke="#6b4d17" stroke-width=".17" stroke-linejoin="round"/>
            <path d="M9 20.2Q9 18.4 10.8 18.4H19.3" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width=".18" stroke-linecap="round"/>
            """);

    /// <summary>Four waves, beside the chip or in its place.</summary>
    public static void WriteWaves(SvgWriter svg, CardDesign design, bool besideChip)
    {
        var (x, y) = (besideChip ? 24.6 : 9.2, 23.89);
        svg.Write($"""<g transform="translate({x} {y})" fill="none" stroke="{design.Ink}" stroke-opacity=".9" stroke-width=".55" stroke-linecap="round"><path d="M0-1.15Q.55 0 0 1.15M1.25-1.95Q2.15 0 1.25 1.95M2.5-2.75Q3.75 0 2.5 2.75M3.75-3.55Q5.35 0 3.75 3.55"/></g>""");
    }
}
