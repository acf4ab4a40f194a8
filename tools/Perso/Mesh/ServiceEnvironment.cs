using System.Globalization;
using PersoMesh.Perso.Demo;
using PersoMesh.PrivateServers;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Mesh;

/// <summary>A service process to start.</summary>
sealed record ServiceStart(string Name, string Assembly, IReadOnlyDictionary<string, string?> Environment);

/// <summary>The settings of every service of a mesh, as environment variables.</summary>
sealed class ServiceEnvironment
{
    readonly MeshRunOptions _options;
    readonly string _keyFile;
    readonly string _broker;
    readonly string? _connectionStringFile;

    public ServiceEnvironment(MeshRunOptions options, string folder, string keyFile, string broker, string? connectionStringFile)
    {
        (_options, _keyFile, _broker, _connectionStringFile) = (options, keyFile, broker, connectionStringFile);
        Output = Path.Combine(folder, "output");
        Services =
        [
            // Receivers before senders: a service's first messages find their queues.
            Service("support", "Support", []),
            Service("security", "Security", Security().Concat(VirtualCards(folder))),
            Service("translator", "Translator", [("Translator__ProfileFolder", options.ProfileFolder)]),
            Service("controller", "Controller", Database()),
            Service("ingest", "Ingest", Database()),
            .. options.Pools.Select(pool => Service($"station-gateway-{pool.Pool}", "StationGateway", Stations(pool.Pool, pool.Product))),
        ];
    }

    /// <summary>Where the virtual stations write.</summary>
    public string Output { get; }

    public IReadOnlyList<ServiceStart> Services { get; }

    ServiceStart Service(string name, string assembly, IEnumerable<(string, string)> settings)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Mesh__KeyFile"] = _keyFile,
            ["Mesh__Broker__Host"] = _broker,
            ["DOTNET_gcServer"] = "0",
        };
        foreach (var (key, value) in settings.Concat(_options.Settings.Select(setting => (setting.Key, setting.Value))))
            environment[key] = value;
        return new ServiceStart(name, $"PersoMesh.{assembly}.dll", environment);
    }

    IEnumerable<(string, string)> Database() => _connectionStringFile is { } file ? [("Mesh__Database__ConnectionStringFile", file)] : [];

    IEnumerable<(string, string)> Security() => _options.Hsm is { } hsm
        ? [("Security__Pkcs11__Library", hsm.Library), ("Security__Pkcs11__Token", hsm.Token), ("Security__Pkcs11__PinFile", hsm.PinFile),
            .. hsm.SoftHsmConfiguration is { } configuration ? [(PrivateSoftHsm.ConfigurationVariable, configuration)] : Array.Empty<(string, string)>()]
        : [("Security__DemoKeyFile", InstallFolder.DemoKeys)];

    IEnumerable<(string, string)> VirtualCards(string folder) =>
        DemoMailPrinter.Settings(ProfileLibrary.Load(_options.ProfileFolder).All.Where(profile => _options.Pools.Any(pool => pool.Pool == profile.Pool)), folder)
            .Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value));

    IEnumerable<(string, string)> Stations(string pool, string product)
    {
        yield return ("StationGateway__DemoKeyFile", InstallFolder.DemoKeys);
        if (_options.KeepCards)
        {
            yield return ("StationGateway__OutputFolder", Output);
            yield return ("StationGateway__KeepSimulatedCards", "true");
        }

        for (var i = 0; i < _options.StationsPerPool; i++)
        {
            var station = string.Create(CultureInfo.InvariantCulture, $"StationGateway__Stations__{i}__");
            yield return (station + "Name", string.Create(CultureInfo.InvariantCulture, $"{pool}-{i + 1:00}"));
            yield return (station + "Pool", pool);
            yield return (station + "Product", product);
            yield return (station + "ApduDelay", TimeSpan.FromMilliseconds(_options.ApduDelayMilliseconds).ToString());
        }
    }
}
