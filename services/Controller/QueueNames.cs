namespace PersoMesh.Controller;

/// <summary>Where the Controller's commands go. Exchanges, not queues: naming a queue would declare it with default arguments.</summary>
static class QueueNames
{
    public const string Sessions = "card-session";

    public static readonly Uri SecuritySessions = new("exchange:security-session");

    public static readonly Uri OwnSessions = new($"exchange:{Sessions}");

    public static Uri Station(string station) => new($"exchange:station-{station}");
}
