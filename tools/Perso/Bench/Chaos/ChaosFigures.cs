namespace PersoMesh.Perso.Bench.Chaos;

/// <summary>What a chaos run does.</summary>
sealed record ChaosOptions(TimeSpan Duration, int Seed, int Stations, string Folder)
{
    /// <summary>Time that a simulated card takes for a command: one that takes none is seldom under way when something dies.</summary>
    public int ApduDelayMilliseconds { get; init; } = 10;
}

/// <summary>What came of it.</summary>
sealed record ChaosFigures
{
    public required int Seed { get; init; }

    public required double Minutes { get; init; }

    public required long Records { get; init; }

    public required long Good { get; init; }

    public required long Rejected { get; init; }

    public required long Unresolved { get; init; }

    public required long Refused { get; init; }

    public required long Spoiled { get; init; }

    public required int CardsRead { get; init; }

    /// <summary>How often each kind of disturbance was done.</summary>
    public required IReadOnlyDictionary<string, int> Disturbances { get; init; }

    /// <summary>Promises that were broken; each line begins with the promise.</summary>
    public required IReadOnlyList<string> Violations { get; init; }
}
