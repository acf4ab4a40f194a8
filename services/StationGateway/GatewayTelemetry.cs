using System.Diagnostics;
using PersoMesh.StationGateway.Lanes;

namespace PersoMesh.StationGateway;

/// <summary>Spans of the gateway: one per APDU batch. Identifiers only.</summary>
static class GatewayTelemetry
{
    static readonly ActivitySource Source = new("PersoMesh.StationGateway");

    /// <summary>Goes on with the trace of a card object that came before its card.</summary>
    /// <param name="trace">The trace; default when the present one is the card's.</param>
    public static Activity? ContinueCard(ActivityContext trace) => trace == default ? null : Source.StartActivity("card", ActivityKind.Internal, trace);

    public static Activity? StartBatch(int commands, string station, string reader, Guid session, CardInWork card) => Source.StartActivity("apdu batch")?
        .SetTag("persomesh.session", session)
        .SetTag("persomesh.card_object", card.CardObjectId)
        .SetTag("persomesh.job", card.Job)
        .SetTag("persomesh.profile", card.Profile)
        .SetTag("persomesh.station", station)
        .SetTag("persomesh.reader", reader)
        .SetTag("persomesh.commands", commands);
}
