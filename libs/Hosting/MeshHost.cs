using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PersoMesh.Hosting;

/// <summary>Runs one or more services as a process: settings, bus, telemetry, health.</summary>
public static class MeshHost
{
    // Defaults, which every other source of settings may change.
    static readonly KeyValuePair<string, string?>[] QuietFrameworks =
    [
        new("Logging:LogLevel:Microsoft", "Warning"),
        new("Logging:LogLevel:MassTransit", "Warning"),
    ];

    /// <summary>
    /// Builds a process. Settings come from <c>appsettings.json</c>, environment variables and the command line, the later ones winning.
    /// <c>/health/live</c> answers while the process runs, <c>/health/ready</c> when its bus is connected.
    /// </summary>
    /// <param name="args">Command line, <c>--Mesh:Broker:Host=… --urls=…</c>.</param>
    /// <param name="serviceName">Name in logs, traces and metrics.</param>
    /// <param name="serializers">Build-time serializers of the messages.</param>
    /// <param name="addServices">Adds the services.</param>
    /// <exception cref="MeshConfigurationException">A setting cannot be used.</exception>
    public static WebApplication Create(string[] args, string serviceName, IJsonTypeInfoResolver serializers, Action<MeshBuilder> addServices)
    {
        ArgumentNullException.ThrowIfNull(addServices);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietFrameworks });
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        var mesh = new MeshBuilder(builder);
        addServices(mesh);
        mesh.Build(serviceName, serializers);
        builder.Services.AddHealthChecks();
        var app = builder.Build();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready");
        return app;
    }

    /// <summary>Builds a process and runs it until it is told to stop.</summary>
    /// <returns>Exit status: 0 after an orderly stop, 2 when the settings cannot be used.</returns>
    /// <inheritdoc cref="Create" />
    public static async Task<int> RunAsync(string[] args, string serviceName, IJsonTypeInfoResolver serializers, Action<MeshBuilder> addServices, Action<WebApplication>? map = null)
    {
        try
        {
            var app = Create(args, serviceName, serializers, addServices);
            map?.Invoke(app);
            await app.RunAsync().ConfigureAwait(false);
            return 0;
        }
        catch (MeshConfigurationException e)
        {
            await Console.Error.WriteLineAsync($"{serviceName}: {e.Message}").ConfigureAwait(false);
            return 2;
        }
    }
}
