using MassTransit;

namespace PersoMesh.PostgresSagas;

/// <summary>How one kind of saga is kept.</summary>
sealed record PostgresSagaOptions<TSaga>
{
    public required ConcurrencyMode Concurrency { get; init; }

    public required int RememberedMessages { get; init; }

    public required TimeSpan ResendAfter { get; init; }

    public required TimeSpan HousekeepingInterval { get; init; }

    public required TimeSpan DeliveryTimeout { get; init; }

    public required TimeSpan Retention { get; init; }
}
