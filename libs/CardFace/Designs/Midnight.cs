namespace PersoMesh.CardFace.Designs;

/// <summary>Night blue, a planet's orbits rising from the lower right corner.</summary>
sealed class Midnight : CardDesign
{
    public override string Name => "midnight";
    internal override string Ink => "#f2f5ff";
    internal override string Muted => "#a9b4dc";
    internal override string Accent => "#8fb4ff";
    internal override string Edge => "#5f6fb8";

    internal override void WriteBack(SvgWriter svg) => WriteVeiledFront(svg, "#060a22", 0.45);

    internal override void WriteFront(SvgWriter svg)
    {
        svg.Write($"""
            <defs>
            <linearGradient id="{svg.Id("sky")}" x2="1" y2="1"><stop stop-color="#0a1033"/><stop offset=".55" stop-color="#162263"/><stop offset="1" stop-color="#3a2a86"/></linearGradient>
            <radialGradient id="{svg.Id("dawn")}" gradientUnits="userSpaceOnUse" cx="84" cy="58" r="52"><stop stop-color="#7f7bff" stop-opacity=".75"/><stop offset=".45" stop-color="#4a55d8" stop-opacity=".28"/><stop offset="1" stop-color="#4a55d8" stop-opacity="0"/></radialGradient>
            <radialGradient id="{svg.Id("moon")}" gradientUnits="userSpaceOnUse" cx="8" cy="-6" r="46"><stop stop-color="#3b63d6" stop-opacity=".5"/><stop offset="1" stop-color="#3b63d6" stop-opacity="0"/></radialGradient>
            <linearGradient id="{svg.Id("orbit")}" gradientUnits="userSpaceOnUse" x1="30" y1="54" x2="86" y2="4"><stop stop-color="#b9c6ff" stop-opacity=".02"/><stop offset=".5" stop-color="#c9d4ff" stop-opacity=".34"/><stop offset="1" stop-color="#ffffff" stop-opacity=".06"/></linearGradient>
            </defs>
            <rect width="85.6" height="53.98" fill="{svg.Url("sky")}"/>
            <rect width="85.6" height="53.98" fill="{svg.Url("moon")}"/>
            <rect width="85.6" height="53.98" fill="{svg.Url("dawn")}"/>
            <path d="{Lines.Circles(84, 60, 12, 1.5, 1.075, 18)}" fill="none" stroke="{svg.Url("orbit")}" stroke-width=".13"/>
            """);
        // Planets on four of the orbits, and stars where neither chip nor texts are.
        svg.Write($"""
            <g fill="#fff"><circle cx="46.6" cy="38.3" r=".55" opacity=".85"/><circle cx="46.6" cy="38.3" r="1.3" opacity=".16"/><circle cx="65.8" cy="16.6" r=".4" opacity=".8"/><circle cx="65.8" cy="16.6" r="1" opacity=".14"/><circle cx="59.15" cy="47.78" r=".3" opacity=".7"/></g>
            <g fill="#dfe6ff"><circle cx="35" cy="7" r=".13"/><circle cx="42.5" cy="15.5" r=".1"/><circle cx="51" cy="5.2" r=".16"/><circle cx="58" cy="11.5" r=".1"/><circle cx="31" cy="18" r=".1"/><circle cx="77" cy="13" r=".13"/><circle cx="5" cy="44" r=".1"/><circle cx="24" cy="47" r=".13"/><circle cx="38.5" cy="25" r=".1"/><circle cx="70" cy="5" r=".1"/></g>
            """);
    }
}
