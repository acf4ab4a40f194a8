using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PersoMesh.StationGateway.Lanes;

namespace PersoMesh.StationGateway;

/// <summary>What the gateway's readers are doing, over HTTP.</summary>
public static class StationEndpoints
{
    public static void MapStations(this IEndpointRouteBuilder app) => app.MapGet("/stations", (StationDirectory stations) => Results.Json(
        stations.All.Select(station => new StationStatus(station.Name, [.. station.Lanes.Select(lane => new ReaderStatus(lane.Reader, lane.Activity))]))));
}

/// <summary>One station.</summary>
public sealed record StationStatus(string Name, IReadOnlyList<ReaderStatus> Readers);

/// <summary>One reader.</summary>
public sealed record ReaderStatus(string Name, string Activity);
