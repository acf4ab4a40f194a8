using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PersoMesh.Hosting;

/// <summary>Name of a process in traces and metrics.</summary>
/// <param name="ServiceName">OpenTelemetry attribute <c>service.name</c>.</param>
sealed record TelemetryIdentity(string ServiceName);

/// <summary>
/// Exports traces and metrics over OTLP while the host runs, when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The SDK reads
/// its own environment variables (protocol, headers, sampler, intervals). Without the variable nothing listens and spans cost nothing.
/// </summary>
sealed class TelemetryExport(TelemetryIdentity identity, IConfiguration configuration) : IHostedService, IDisposable
{
    TracerProvider? _traces;
    MeterProvider? _metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return Task.CompletedTask;
        var resource = ResourceBuilder.CreateDefault().AddService(identity.ServiceName, serviceNamespace: "persomesh", serviceInstanceId: Environment.MachineName + ":" + Environment.ProcessId);
        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource("MassTransit", "PersoMesh.*")
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("MassTransit", "PersoMesh.*")
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _traces?.ForceFlush(5_000);
        _metrics?.ForceFlush(5_000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }
}
