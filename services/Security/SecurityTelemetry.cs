using System.Diagnostics;

namespace PersoMesh.Security;

/// <summary>Spans of the Security service; the HSM calls below them are spans of PersoMesh.Keys.</summary>
static class SecurityTelemetry
{
    static readonly ActivitySource Source = new("PersoMesh.Security");

    public static Activity? StartCard(string name, string cardObjectId, Guid? session = null) =>
        Source.StartActivity(name)?.SetTag("persomesh.card_object", cardObjectId).SetTag("persomesh.session", session);
}
