using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.Hosting;
using PersoMesh.Sealing;
using PersoMesh.StationGateway.Lanes;
using PersoMesh.StationGateway.Modules;
using PersoMesh.StationGateway.Readers.Virtual;

namespace PersoMesh.StationGateway;

/// <summary>Adds a Station Gateway: stations with their readers, each station on its own queue.</summary>
public static class StationGatewayRegistration
{
    public static MeshBuilder AddStationGateway(this MeshBuilder mesh)
    {
        mesh.Services.AddOptionsWithValidateOnStart<StationGatewayOptions>().BindConfiguration("StationGateway").ValidateDataAnnotations();
        mesh.Services.AddSingleton(CreateModuleWriter);
        mesh.Services.AddSingleton<VirtualCardPiles>();
        mesh.Services.AddSingleton(CreateStations);
        mesh.Services.AddHostedService<StationRunner>();
        var options = mesh.Host.Configuration.GetSection("StationGateway").Get<StationGatewayOptions>() ?? new StationGatewayOptions();
        if (options.Stations.Count == 0)
            throw new MeshConfigurationException("StationGateway:Stations is empty: name at least one station, such as StationGateway__Stations__0__Name=station-01.");
        foreach (var station in options.Stations)
        {
            mesh.Endpoint($"station-{station.Name}", concurrency: station.Readers * 2,
                (endpoint, context) => endpoint.Instance(context.GetRequiredService<StationDirectory>()[station.Name]));
        }

        return mesh;
    }

    static IModuleWriter CreateModuleWriter(IServiceProvider services) =>
        services.GetRequiredService<IOptions<StationGatewayOptions>>().Value.OutputFolder is { } folder
            ? new FileModuleWriter(folder, services.GetRequiredService<PayloadSealer>())
            : new NoModules();

    static StationDirectory CreateStations(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StationGatewayOptions>>().Value;
        var piles = services.GetRequiredService<VirtualCardPiles>();
        var modules = services.GetRequiredService<IModuleWriter>();
        var time = services.GetRequiredService<TimeProvider>();
        var blanks = new BlankCardFactory(options.DemoKeyFile);
        return new StationDirectory([.. options.Stations.Select(station => new Station(station.Name, [.. Enumerable.Range(1, station.Readers)
            .Select(number => new ReaderLane(station.Name, station.Pool,
                new VirtualReader($"reader-{number}", station, number, blanks, piles, time), modules, services.GetRequiredService<PayloadSealer>(), time))]))]);
    }
}
