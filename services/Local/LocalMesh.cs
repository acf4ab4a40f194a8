using Microsoft.AspNetCore.Builder;
using PersoMesh.Contracts;
using PersoMesh.Controller;
using PersoMesh.Hosting;
using PersoMesh.Ingest;
using PersoMesh.Security;
using PersoMesh.StationGateway;
using PersoMesh.Support;
using PersoMesh.Translator;

namespace PersoMesh.Local;

/// <summary>All services in one process, for a demonstration or a desk with one reader: the same registrations, one bus.</summary>
public static class LocalMesh
{
    /// <summary>Builds the process; settings are those of the single services.</summary>
    /// <exception cref="MeshConfigurationException">A setting cannot be used.</exception>
    public static WebApplication Create(string[] args)
    {
        var app = MeshHost.Create(args, "local", ContractsJson.Default, mesh => mesh
            .AddSupport()
            .AddSecurity()
            .AddTranslator()
            .AddController()
            .AddIngest()
            .AddStationGateway());
        app.MapIngest();
        app.MapStations();
        return app;
    }
}
