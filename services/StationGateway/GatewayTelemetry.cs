using System.Diagnostics;
using PersoMesh.StationGateway.Lanes;

namespace PersoMesh.StationGateway;

/// <summary>Spans of the gateway: one per APDU batch. Identifiers only.</summary>
static class GatewayTelemetry
{
    static readonly ActivitySource Source = new("PersoMesh.StationGateway");

    public static Activity? StartBatch(int commands, string station, string reader, Guid session, CardInWork card) => Source.StartActivity("apdu batch")?
        .SetTag("persomesh.session", session)
        .SetTag("persomesh.card_object", card.CardObjectId)
        .SetTag("persomesh.job", card.Job)
        .SetTag("persomesh.profile", card.Profile)
        .SetTag("persomesh.station", station)
        .SetTag("persomesh.reader", reader)
        .SetTag("persomesh.commands", commands);
}
