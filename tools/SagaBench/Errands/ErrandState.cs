using System.Text.Json.Serialization;
using MassTransit;
using PersoMesh.PostgresSagas;

namespace PersoMesh.SagaBench.Errands;

/// <summary>A saga as services have them: strings, bytes, lists, optional parts, a deadline.</summary>
public sealed class ErrandState : SagaStateMachineInstance, ISagaDeadline
{
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "";

    public IReadOnlyList<int> Steps { get; set; } = [];

    public byte[] Payload { get; set; } = [];

    public byte[]? Secret { get; set; }

    public string Remark { get; set; } = "";

    public IReadOnlyList<Waypoint> Waypoints { get; set; } = [];

    public DateTimeOffset? Deadline { get; set; }
}

public sealed record Waypoint(string Name, IReadOnlyList<ushort> Codes, TimeSpan After);

/// <summary>How errands are stored.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrandState))]
public sealed partial class ErrandJson : JsonSerializerContext;
