namespace PersoMesh.CardFace.Designs;

/// <summary>Northern lights over a dark sea.</summary>
sealed class Aurora : CardDesign
{
    public override string Name => "aurora";
    internal override string Ink => "#f3fffb";
    internal override string Muted => "#a5d3cd";
    internal override string Accent => "#6df5c4";
    internal override string Edge => "#3f8f94";

    internal override void WriteBack(SvgWriter svg) => WriteVeiledFront(svg, "#03141c", 0.55);

    internal override void WriteFront(SvgWriter svg) =>
        svg.Write($"""
            <defs>
            <linearGradient id="{svg.Id("sky")}" x2=".35" y2="1"><stop stop-color="#04121f"/><stop offset=".6" stop-color="#062b3a"/><stop offset="1" stop-color="#0a3d47"/></linearGradient>
            <linearGradient id="{svg.Id("green")}" x2="1"><stop stop-color="#19e6a0" stop-opacity="0"/><stop offset=".35" stop-color="#2bf0a8"/><stop offset=".75" stop-color="#22c9d8"/><stop offset="1" stop-color="#22c9d8" stop-opacity="0"/></linearGradient>
            <linearGradient id="{svg.Id("violet")}" x2="1"><stop stop-color="#2a8cff" stop-opacity="0"/><stop offset=".45" stop-color="#6a5cff"/><stop offset=".8" stop-color="#c45cf0"/><stop offset="1" stop-color="#ff5ca8" stop-opacity=".5"/></linearGradient>
            <filter id="{svg.Id("soft")}" x="-20%" y="-60%" width="140%" height="220%"><feGaussianBlur stdDeviation="3.4"/></filter>
            <filter id="{svg.Id("softer")}" x="-20%" y="-60%" width="140%" height="220%"><feGaussianBlur stdDeviation="1.5"/></filter>
            <linearGradient id="{svg.Id("fade")}" gradientUnits="userSpaceOnUse" x1="10" x2="86"><stop stop-color="#d9fff2" stop-opacity=".02"/><stop offset=".6" stop-color="#d9fff2" stop-opacity=".3"/><stop offset="1" stop-color="#f3d9ff" stop-opacity=".12"/></linearGradient>
            </defs>
            <rect width="85.6" height="53.98" fill="{svg.Url("sky")}"/>
            <path d="M-8 44C14 26 26 40 44 27S74 4 96 10L96 22C74 20 62 34 46 40S16 42-8 58Z" fill="{svg.Url("green")}" opacity=".62" filter="{svg.Url("soft")}"/>
            <path d="M12 26C30 8 46 22 60 12S80-8 98-6L98 8C80 8 74 18 62 24S34 24 14 38Z" fill="{svg.Url("violet")}" opacity=".75" filter="{svg.Url("soft")}"/>
            <path d="M-4 46C16 31 28 42 45 30S74 8 92 14L92 16C74 12 62 27 46 34S16 38-4 49Z" fill="#c9ffe9" opacity=".4" filter="{svg.Url("softer")}"/>
            <path d="M20 27C34 14 47 25 61 15S80-3 92-2L92-.5C80 0 73 10 61 18S36 22 21 30Z" fill="#f0d9ff" opacity=".35" filter="{svg.Url("softer")}"/>
            <path d="{Lines.Waves(26, 7, 1.6, 64, (5, 2.2), 1.3)}" fill="none" stroke="{svg.Url("fade")}" stroke-width=".1"/>
            """);
}
