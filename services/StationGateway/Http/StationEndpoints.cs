using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PersoMesh.StationGateway.Lanes;

namespace PersoMesh.StationGateway;

/// <summary>What the gateway's readers are doing, over HTTP.</summary>
public static class StationEndpoints
{
    public static void MapStations(this IEndpointRouteBuilder app) => app.MapGet("/stations", (StationDirectory stations) => Results.Json(
        stations.All.Select(station => new StationStatus(station.Name, [.. station.Lanes.Select(lane => lane.Status)]))));
}

/// <summary>One station.</summary>
public sealed record StationStatus(string Name, IReadOnlyList<ReaderStatus> Readers);

/// <summary>One reader.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Activity"><c>no card</c>, <c>waiting</c> for a card object, <c>personalizing</c>, or <c>reporting</c> what a restart broke off.</param>
public sealed record ReaderStatus(string Name, string Activity)
{
    /// <summary>Kind of card.</summary>
    public string? Pool { get; init; }

    /// <summary>What somebody should do at this reader now; null for nothing.</summary>
    public string? Instruction { get; init; }

    /// <summary>The card object in work.</summary>
    public string? CardObjectId { get; init; }

    /// <summary>Its job's name.</summary>
    public string? Job { get; init; }

    /// <summary>Good cards since the gateway started.</summary>
    public int Good { get; init; }

    /// <summary>Rejected cards since then.</summary>
    public int Rejected { get; init; }

    /// <summary>Cards since then whose outcome nobody knows.</summary>
    public int Unresolved { get; init; }
}
