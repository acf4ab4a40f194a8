using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PersoMesh.EndToEnd.Tests.Support;

/// <summary>A collector that keeps what it is sent: OTLP over HTTP with protobuf.</summary>
sealed class OtlpReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<byte[]> _traces = new();
    readonly ConcurrentQueue<byte[]> _metrics = new();

    OtlpReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/traces", http => KeepAsync(http, _traces));
        _app.MapPost("/v1/metrics", http => KeepAsync(http, _metrics));
    }

    public string Endpoint => _app.Urls.First();

    /// <summary>Every request so far, as it came.</summary>
    public IReadOnlyList<byte[]> Requests => [.. _traces, .. _metrics];

    public IReadOnlyList<ExportedSpan> Spans => [.. _traces.SelectMany(request => Telemetry.Spans(request))];

    public IReadOnlyList<ExportedPoint> Points => [.. _metrics.SelectMany(request => Telemetry.Points(request))];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    static async Task KeepAsync(HttpContext http, ConcurrentQueue<byte[]> kept)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        kept.Enqueue(body.ToArray());
        http.Response.ContentType = "application/x-protobuf";
    }
}
