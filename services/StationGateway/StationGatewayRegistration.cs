using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PersoMesh.Hosting;
using PersoMesh.Pcsc;
using PersoMesh.Sealing;
using PersoMesh.StationGateway.Lanes;
using PersoMesh.StationGateway.Modules;
using PersoMesh.StationGateway.Readers.Pcsc;
using PersoMesh.StationGateway.Readers.Virtual;

namespace PersoMesh.StationGateway;

/// <summary>Adds a Station Gateway: stations with their readers, each station on its own queue.</summary>
public static class StationGatewayRegistration
{
    const int MostPcscReaders = 16;
    static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    public static MeshBuilder AddStationGateway(this MeshBuilder mesh)
    {
        mesh.Services.AddOptionsWithValidateOnStart<StationGatewayOptions>().BindConfiguration("StationGateway").ValidateDataAnnotations();
        mesh.Services.AddSingleton(CreateModuleWriter);
        mesh.Services.AddSingleton<VirtualCardPiles>();
        mesh.Services.AddSingleton<LaneFactory>();
        mesh.Services.AddSingleton(CreateStations);
        mesh.Services.AddSingleton<PcscReaders>();
        mesh.Services.AddSingleton<ConnectCard>((reader, cancellationToken) => PcscCard.ConnectAsync(reader, PcscCardOptions.Default, cancellationToken));
        mesh.Services.TryAddSingleton<BringBlank>(services =>
            new BlankCardFactory(services.GetRequiredService<IOptions<StationGatewayOptions>>().Value.DemoKeyFile).Make);
        mesh.Services.AddHostedService<StationRunner>();
        var options = mesh.Host.Configuration.GetSection("StationGateway").Get<StationGatewayOptions>() ?? new StationGatewayOptions();
        if (options.Stations.Count == 0)
            throw new MeshConfigurationException("StationGateway:Stations is empty: name at least one station, such as StationGateway__Stations__0__Name=station-01.");
        if (options.Stations.Select(station => station.Fault).FirstOrDefault(fault => fault is not null) is { } wrong)
            throw new MeshConfigurationException(wrong);
        if (options.JournalFolder is null && options.Stations.FirstOrDefault(station => station.Kind == ReaderKind.Pcsc) is { } real)
        {
            throw new MeshConfigurationException(
                $"StationGateway:JournalFolder is missing: station '{real.Name}' has real readers, and what a restart breaks off must be known afterwards.");
        }

        mesh.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + StopTime);
        foreach (var station in options.Stations)
        {
            // As many readers as pcscd can have; each may be answering an old message while it works on the next.
            var readers = station.Kind == ReaderKind.Pcsc ? MostPcscReaders : station.Readers;
            mesh.Endpoint($"station-{station.Name}", concurrency: readers * 2,
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
        var lanes = services.GetRequiredService<LaneFactory>();
        var piles = services.GetRequiredService<VirtualCardPiles>();
        var time = services.GetRequiredService<TimeProvider>();
        var bringBlank = services.GetRequiredService<BringBlank>();
        var directory = new StationDirectory([.. options.Stations.Select(station => new Station(station))]);
        foreach (var station in directory.All.Where(station => station.Options.Kind == ReaderKind.Virtual))
        {
            for (var number = 1; number <= station.Options.Readers; number++)
                station.Add(lanes.Make(station.Options, new VirtualReader($"reader-{number}", station.Options, number, bringBlank, piles, time)));
        }

        return directory;
    }
}
