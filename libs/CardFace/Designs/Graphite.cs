using System.Globalization;
using System.Text;

namespace PersoMesh.CardFace.Designs;

/// <summary>Brushed dark metal with a copper line.</summary>
sealed class Graphite : CardDesign
{
    public override string Name => "graphite";
    internal override string Ink => "#eef0f2";
    internal override string Muted => "#9aa0a8";
    internal override string Accent => "#e0a070";
    internal override string Edge => "#6b7078";
    internal override (string Light, string Middle, string Dark) Tipping => ("#ffe7d2", "#dba276", "#a0673d");

    internal override void WriteBack(SvgWriter svg) => WriteVeiledFront(svg, "#121416", 0.35);

    internal override void WriteFront(SvgWriter svg) =>
        svg.Write($"""
            <defs>
            <linearGradient id="{svg.Id("metal")}" x2="1" y2=".8"><stop stop-color="#3a3e44"/><stop offset=".35" stop-color="#24272b"/><stop offset=".6" stop-color="#2e3136"/><stop offset="1" stop-color="#15171a"/></linearGradient>
            <linearGradient id="{svg.Id("sheen")}" gradientUnits="userSpaceOnUse" x1="4" y1="-6" x2="76" y2="58"><stop stop-color="#fff" stop-opacity="0"/><stop offset=".3" stop-color="#fff" stop-opacity=".02"/><stop offset=".43" stop-color="#fff" stop-opacity=".16"/><stop offset=".5" stop-color="#fff" stop-opacity=".05"/><stop offset=".57" stop-color="#fff" stop-opacity=".12"/><stop offset=".7" stop-color="#fff" stop-opacity="0"/></linearGradient>
            <pattern id="{svg.Id("brush")}" width="61" height="4.3" patternUnits="userSpaceOnUse" patternTransform="rotate(-14)"><path d="{Scratches(96, seed: 7)}" stroke="#fff" stroke-opacity=".05" stroke-width=".06"/><path d="{Scratches(96, seed: 11)}" stroke="#000" stroke-opacity=".2" stroke-width=".07"/></pattern>
            <linearGradient id="{svg.Id("copper")}" x2="1"><stop stop-color="#8a5430"/><stop offset=".3" stop-color="#f3c39a"/><stop offset=".6" stop-color="#b97547"/><stop offset="1" stop-color="#e8b184"/></linearGradient>
            </defs>
            <rect width="85.6" height="53.98" fill="{svg.Url("metal")}"/>
            <rect width="85.6" height="53.98" fill="{svg.Url("brush")}"/>
            <path d="M58 54L85.6 21.5V54Z" fill="#000" fill-opacity=".22"/>
            <path d="M64.4 54L85.6 29V54Z" fill="#000" fill-opacity=".22"/>
            <rect width="85.6" height="53.98" fill="{svg.Url("sheen")}"/>
            <path d="M57.6 54.4L86 20.9" stroke="{svg.Url("copper")}" stroke-width=".45"/>
            <path d="M64 54.4L86 28.4" stroke="{svg.Url("copper")}" stroke-width=".16" stroke-opacity=".7"/>
            """);

    // Strokes of a brush over one tile of 61 × 4.3 mm: scattered, but the same on every card.
    static string Scratches(int count, uint seed)
    {
        var path = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var (x, y, length) = (Next() * 61, Next() * 4.3, 6 + Next() * 22);
            path.Append(CultureInfo.InvariantCulture, $"M{x:0.#} {y:0.##}h{Math.Min(length, 61 - x):0.#}");
            if (x + length > 61)
                path.Append(CultureInfo.InvariantCulture, $"M0 {y:0.##}h{x + length - 61:0.#}");
        }

        return path.ToString();

        // A linear congruential generator (Numerical Recipes): no need for chance, only for unevenness.
        double Next() => (seed = seed * 1664525 + 1013904223) / (double)uint.MaxValue;
    }
}
