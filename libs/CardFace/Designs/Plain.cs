namespace PersoMesh.CardFace.Designs;

/// <summary>Warm white with a hint of waves: nothing in the way of what is printed.</summary>
sealed class Plain : CardDesign
{
    public override string Name => "plain";
    internal override string Ink => "#1d222b";
    internal override string Muted => "#717985";
    internal override string Accent => "#b3552f";
    internal override string Edge => "#c5c7cb";
    internal override (string Light, string Middle, string Dark) Tipping => ("#5b6472", "#343b46", "#1a1f27");
    internal override bool IsLight => true;

    internal override void WriteBack(SvgWriter svg) => WriteVeiledFront(svg, "#fff", 0.35);

    internal override void WriteFront(SvgWriter svg) =>
        svg.Write($"""
            <defs>
            <linearGradient id="{svg.Id("paper")}" x2="1" y2="1"><stop stop-color="#ffffff"/><stop offset=".6" stop-color="#f6f5f2"/><stop offset="1" stop-color="#e7e6e3"/></linearGradient>
            <linearGradient id="{svg.Id("ripple")}" gradientUnits="userSpaceOnUse" x1="0" x2="86"><stop stop-color="#9aa3b2" stop-opacity=".08"/><stop offset=".7" stop-color="#8a94a6" stop-opacity=".42"/><stop offset="1" stop-color="#b3552f" stop-opacity=".35"/></linearGradient>
            </defs>
            <rect width="85.6" height="53.98" fill="{svg.Url("paper")}"/>
            <path d="{Lines.Waves(24, 36, 0.8, 72, (1, 5.5), 0.9)}" fill="none" stroke="{svg.Url("ripple")}" stroke-width=".1"/>
            """);
}
