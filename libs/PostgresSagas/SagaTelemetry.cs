using System.Diagnostics.Metrics;

namespace PersoMesh.PostgresSagas;

/// <summary>What the sagas in PostgreSQL count: meter <c>PersoMesh.PostgresSagas</c>, each with the tag <c>saga</c>.</summary>
static class SagaTelemetry
{
    static readonly Meter Meter = new("PersoMesh.PostgresSagas");
    static readonly Counter<long> Consumed =
        Meter.CreateCounter<long>("persomesh.sagas.consumed", "{message}", "Messages that were consumed and written.");
    static readonly Counter<long> Repeated =
        Meter.CreateCounter<long>("persomesh.sagas.repeated", "{message}", "Messages that came again and were answered from the row.");
    static readonly Counter<long> Late =
        Meter.CreateCounter<long>("persomesh.sagas.late", "{message}", "Messages that would have begun a saga that has ended.");
    static readonly Counter<long> Conflicts =
        Meter.CreateCounter<long>("persomesh.sagas.conflicts", "{attempt}", "Attempts in vain because another message was quicker.");
    static readonly Counter<long> Swept =
        Meter.CreateCounter<long>("persomesh.sagas.swept", "{saga}", "Sagas whose answers were sent by a sweep.");
    static readonly Counter<long> Undelivered =
        Meter.CreateCounter<long>("persomesh.sagas.undelivered", "{saga}", "Failed tries to send a saga's stored answers.");

    public static void CountConsumed<TSaga>() => Consumed.Add(1, Tag<TSaga>());

    public static void CountRepeated<TSaga>() => Repeated.Add(1, Tag<TSaga>());

    public static void CountLate<TSaga>() => Late.Add(1, Tag<TSaga>());

    public static void CountConflict<TSaga>() => Conflicts.Add(1, Tag<TSaga>());

    public static void CountSwept<TSaga>() => Swept.Add(1, Tag<TSaga>());

    public static void CountUndelivered<TSaga>() => Undelivered.Add(1, Tag<TSaga>());

    static KeyValuePair<string, object?> Tag<TSaga>() => new("saga", typeof(TSaga).Name);
}
