namespace PersoMesh.CardFace;

/// <summary>The place of a portrait: head and shoulders without a face, and the initials.</summary>
static class Portrait
{
    const int MostInitials = 3;

    public static void Write(SvgWriter svg, PortraitArea area, CardDesign design)
    {
        var width = Math.Clamp(area.Width, 5, CardGeometry.Width);
        var height = Math.Clamp(area.Height, 5, CardGeometry.Height);
        var x = Math.Clamp(area.X, 0, CardGeometry.Width - width);
        var y = Math.Clamp(area.Y, 0, CardGeometry.Height - height);
        var initials = area.Initials.Length > MostInitials ? area.Initials[..MostInitials] : area.Initials;
        var size = Math.Min(height * 0.2, width * 0.85 * height / TextWidth.Of(initials, height, 700, 0));
        // Drawn on a field of 21 × 27 and stretched evenly to cover the frame, as a photograph would be.
        var scale = Math.Max(width / 21, height / 27);
        svg.Write($"""
            <defs>
            <linearGradient id="{svg.Id("wall")}" x2=".3" y2="1"><stop stop-color="#e9eef2"/><stop offset="1" stop-color="#b6c3cd"/></linearGradient>
            <linearGradient id="{svg.Id("figure")}" x2="0" y2="1"><stop stop-color="#8195a5"/><stop offset="1" stop-color="#5a6f80"/></linearGradient>
            <clipPath id="{svg.Id("frame")}"><rect x="{x}" y="{y}" width="{width}" height="{height}" rx="1.4"/></clipPath>
            </defs>
            <g clip-path="{svg.Url("frame")}">
            <rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{svg.Url("wall")}"/>
            <g transform="translate({x + width / 2} {y + height}) scale({scale})" fill="{svg.Url("figure")}">
            <path d="M-9.8 1C-9.8-5.4-7.4-7.7-3.6-8.6Q-2.2-9-2.2-10.4V-13H2.2V-10.4Q2.2-9 3.6-8.6C7.4-7.7 9.8-5.4 9.8 1Z"/><path d="M-4.3-16.6C-4.3-20.4-2.4-22.2 0-22.2S4.3-20.4 4.3-16.6S2.1-10.9 0-10.9S-4.3-12.8-4.3-16.6Z"/>
            </g></g>
            <text x="{x + width / 2}" y="{y + height - size * 0.45}" font-family="{Printing.Faces}" font-size="{size}" font-weight="700" text-anchor="middle" fill="#fff" fill-opacity=".92">{initials}</text>
            <rect x="{x}" y="{y}" width="{width}" height="{height}" rx="1.4" fill="none" stroke="{design.Ink}" stroke-opacity=".35" stroke-width=".2"/>
            """);
    }
}
