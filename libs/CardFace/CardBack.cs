namespace PersoMesh.CardFace;

/// <summary>What only the back has.</summary>
static class CardBack
{
    public static void WriteStripe(SvgWriter svg)
    {
        var (top, height) = (CardGeometry.StripeTop, CardGeometry.StripeBottom - CardGeometry.StripeTop);
        svg.Write($"""
            <defs><linearGradient id="{svg.Id("oxide")}" x2="0" y2="1"><stop stop-color="#2e2824"/><stop offset=".12" stop-color="#171412"/><stop offset=".55" stop-color="#1f1b18"/><stop offset="1" stop-color="#0f0d0c"/></linearGradient>
            <linearGradient id="{svg.Id("gleam")}" x2="1" y2=".12"><stop offset=".1" stop-color="#fff" stop-opacity="0"/><stop offset=".3" stop-color="#fff" stop-opacity=".1"/><stop offset=".42" stop-color="#fff" stop-opacity=".02"/><stop offset=".7" stop-color="#fff" stop-opacity=".07"/><stop offset=".9" stop-color="#fff" stop-opacity="0"/></linearGradient></defs>
            <rect y="{top}" width="85.6" height="{height}" fill="{svg.Url("oxide")}"/>
            <rect y="{top}" width="85.6" height="{height}" fill="{svg.Url("gleam")}"/>
            <path d="M0 {top}H85.6M0 {top + height}H85.6" stroke="#fff" stroke-opacity=".18" stroke-width=".08"/>
            """);
    }

    public static void WriteSignaturePanel(SvgWriter svg, CardDesign design) =>
        svg.Write($"""
            <defs><pattern id="{svg.Id("security")}" width="1.3" height=".62" patternUnits="userSpaceOnUse" patternTransform="rotate(-20)"><rect width="1.4" height=".7" fill="#f9f7f1"/><path d="M0 .31Q.325 0 .65 .31T1.3 .31" fill="none" stroke="{design.Edge}" stroke-opacity=".45" stroke-width=".08"/></pattern></defs>
            <rect x="6" y="19.6" width="56" height="8.2" rx=".35" fill="{svg.Url("security")}" stroke="{design.Edge}" stroke-width=".1"/>
            <path d="M6.1 19.68H61.9" stroke="#000" stroke-opacity=".28" stroke-width=".16"/>
            <path d="M8.4 26H59.6" stroke="#000" stroke-opacity=".3" stroke-width=".1" stroke-dasharray=".5 .5"/>
            """);
}
