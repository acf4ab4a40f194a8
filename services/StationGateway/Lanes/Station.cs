using System.Collections.Concurrent;
using MassTransit;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>A station's queue: hands each message to the lane of its reader. Readers may come while it runs.</summary>
sealed class Station(StationOptions options) : IConsumer<CardAssigned>, IConsumer<CommandBatch>, IConsumer<FormatComplete>
{
    readonly ConcurrentDictionary<string, ReaderLane> _lanes = new(StringComparer.Ordinal);

    public string Name => options.Name;

    public StationOptions Options => options;

    public IEnumerable<ReaderLane> Lanes => _lanes.OrderBy(lane => lane.Key, StringComparer.Ordinal).Select(lane => lane.Value);

    /// <summary>Adds the lane of a reader that the station has from now on.</summary>
    public void Add(ReaderLane lane) => _lanes.TryAdd(lane.Reader, lane);

    public bool Has(string reader) => _lanes.ContainsKey(reader);

    public Task Consume(ConsumeContext<CardAssigned> context) => Lane(context.Message.Reader).AssignAsync(context);

    public Task Consume(ConsumeContext<CommandBatch> context) => Lane(context.Message.Reader).ProgramAsync(context);

    public Task Consume(ConsumeContext<FormatComplete> context) => Lane(context.Message.Reader).CompleteAsync(context);

    ReaderLane Lane(string reader) => _lanes.TryGetValue(reader, out var lane)
        ? lane
        : throw new InvalidOperationException($"Station '{Name}' has no reader '{reader}'; it has {string.Join(", ", _lanes.Keys)}.");
}
