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

    /// <summary>Starts a mesh whose processes export to this receiver.</summary>
    /// <param name="start">Starts it.</param>
    public async Task<ProcessMesh> ObserveAsync(Func<Task<ProcessMesh>> start)
    {
        (string Name, string Value)[] variables =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", Endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ];
        // The processes inherit the variables; this process, where other tests run services too, must not keep them.
        foreach (var (name, value) in variables)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            return await start();
        }
        finally
        {
            foreach (var (name, _) in variables)
                Environment.SetEnvironmentVariable(name, null);
        }
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
