using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PersoMesh.Sealing;
using PersoMesh.StationGateway.Modules;
using PersoMesh.StationGateway.Readers;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>Makes lanes, each with the journal that a lane of the same name has left.</summary>
sealed class LaneFactory(
    IOptions<StationGatewayOptions> options, IModuleWriter modules, PayloadSealer sealer, TimeProvider time, ILogger<ReaderLane> logger)
{
    const string Extension = ".journal";

    readonly SealedCommands _commands = new(sealer);

    public ReaderLane Make(StationOptions station, ICardReader reader) => new(
        station.Name, station.Pool, reader, modules,
        new LaneJournal(Folder(station) is { } folder ? Path.Combine(folder, Uri.EscapeDataString(reader.Name) + Extension) : null), _commands, time, logger, station.Prefetch);

    /// <summary>Readers of a station that have a journal: they were there once, and may have a session under way.</summary>
    public IEnumerable<string> KnownReaders(StationOptions station) =>
        Folder(station) is { } folder && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*" + Extension).Select(file => Uri.UnescapeDataString(Path.GetFileNameWithoutExtension(file)))
            : [];

    string? Folder(StationOptions station) => options.Value.JournalFolder is { } folder ? Path.Combine(folder, station.Name) : null;
}
