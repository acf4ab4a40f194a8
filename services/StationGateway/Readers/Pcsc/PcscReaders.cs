using System.IO.Enumeration;
using Microsoft.Extensions.Logging;
using PersoMesh.Pcsc;
using PersoMesh.StationGateway.Lanes;
using PersoMesh.StationGateway.Readers.Feeding;

namespace PersoMesh.StationGateway.Readers.Pcsc;

/// <summary>The machine's PC/SC readers: gives each to the first station whose pattern its name fits, and a lane when it comes for the first time.</summary>
sealed partial class PcscReaders : IDisposable
{
    readonly Dictionary<string, PcscSlot> _slots = new(StringComparer.Ordinal);
    readonly List<IDisposable> _feeders = [];
    readonly IReadOnlyList<Station> _stations;
    readonly LaneFactory _lanes;
    readonly ConnectCard _connect;
    readonly TimeProvider _time;
    readonly ILogger<PcscReaders> _logger;

    public PcscReaders(StationDirectory stations, LaneFactory lanes, ConnectCard connect, TimeProvider time, ILogger<PcscReaders> logger)
    {
        _stations = [.. stations.All.Where(station => station.Options.Kind == ReaderKind.Pcsc)];
        (_lanes, _connect, _time, _logger) = (lanes, connect, time, logger);
        // A reader that is unplugged now may have left a session behind.
        foreach (var station in _stations)
        {
            foreach (var reader in lanes.KnownReaders(station.Options))
                Add(station, reader);
        }
    }

    /// <summary>True when there is anything to watch.</summary>
    public bool IsNeeded => _stations.Count > 0;

    /// <summary>Follows what the monitor reports until it is cancelled.</summary>
    /// <param name="monitor">Watches the machine's readers.</param>
    /// <param name="begin">Starts the lane of a reader that is new.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    public async Task FollowAsync(ReaderMonitor monitor, Func<ReaderLane, Task> begin, CancellationToken cancellationToken)
    {
        await foreach (var change in monitor.WatchAsync(cancellationToken))
        {
            switch (change)
            {
                case ServiceLost lost:
                    LogServiceLost(_logger, lost.Reason.Message);
                    break;
                case ReaderAdded added:
                    LogReaderAdded(_logger, added.Reader);
                    var lane = _slots.ContainsKey(added.Reader) ? null : Add(added.Reader);
                    Apply(added.Reader, added);
                    if (lane is not null)
                        await begin(lane);
                    break;
                case ReaderRemoved removed:
                    LogReaderRemoved(_logger, removed.Reader);
                    Apply(removed.Reader, removed);
                    break;
                case CardInserted inserted:
                    Apply(inserted.Reader, inserted);
                    break;
                case CardRemoved taken:
                    Apply(taken.Reader, taken);
                    break;
            }
        }
    }

    public void Dispose() => _feeders.ForEach(feeder => feeder.Dispose());

    void Apply(string reader, ReaderEvent change)
    {
        if (_slots.TryGetValue(reader, out var slot))
            slot.Apply(change);
    }

    // A reader that no station wants stays out of everything.
    ReaderLane? Add(string reader) =>
        _stations.FirstOrDefault(station => FileSystemName.MatchesSimpleExpression(station.Options.ReaderPattern, reader)) is { } station
            ? Add(station, reader)
            : null;

    ReaderLane Add(Station station, string reader)
    {
        var slot = _slots[reader] = new PcscSlot();
        var lane = _lanes.Make(station.Options, new PcscReader(
            reader, slot, Feeder(station.Options, reader), new AtrPatterns(station.Name, station.Options.Atrs), _connect, _time,
            station.Options.IdentifiesBlanks));
        station.Add(lane);
        return lane;
    }

    IFeeder Feeder(StationOptions station, string reader)
    {
        if (station.FeederAddress is not { } address)
            return new ManualFeeder();
        var machine = new MachineFeeder(address.Host, address.Port, reader, _time);
        _feeders.Add(machine);
        return machine;
    }

    [LoggerMessage(EventId = 5010, Level = LogLevel.Warning, Message = "The PC/SC service is gone: {Reason} Looking for it.")]
    static partial void LogServiceLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 5011, Level = LogLevel.Information, Message = "Reader '{Reader}' is there.")]
    static partial void LogReaderAdded(ILogger logger, string reader);

    [LoggerMessage(EventId = 5012, Level = LogLevel.Warning, Message = "Reader '{Reader}' is gone.")]
    static partial void LogReaderRemoved(ILogger logger, string reader);
}
