using MassTransit;
using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>A station's queue: hands each message to the lane of its reader.</summary>
sealed class Station(string name, IReadOnlyList<ReaderLane> lanes) : IConsumer<CardAssigned>, IConsumer<CommandBatch>, IConsumer<FormatComplete>
{
    readonly Dictionary<string, ReaderLane> _lanes = lanes.ToDictionary(lane => lane.Reader, StringComparer.Ordinal);

    public string Name { get; } = name;

    public IReadOnlyList<ReaderLane> Lanes { get; } = lanes;

    public Task Consume(ConsumeContext<CardAssigned> context) => Lane(context.Message.Reader).AssignAsync(context);

    public Task Consume(ConsumeContext<CommandBatch> context) => Lane(context.Message.Reader).ProgramAsync(context);

    public Task Consume(ConsumeContext<FormatComplete> context) => Lane(context.Message.Reader).CompleteAsync(context);

    ReaderLane Lane(string reader) => _lanes.TryGetValue(reader, out var lane)
        ? lane
        : throw new InvalidOperationException($"Station '{Name}' has no reader '{reader}'; it has {string.Join(", ", _lanes.Keys)}.");
}
