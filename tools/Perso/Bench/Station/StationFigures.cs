namespace PersoMesh.Perso.Bench.Station;

/// <summary>What is measured.</summary>
/// <param name="Profile">The card profile; its cards have a secure channel.</param>
/// <param name="Cards">Cards in each run.</param>
/// <param name="ApduMilliseconds">Time that the card takes for a command.</param>
/// <param name="DelaysMilliseconds">Network delays between gateway and broker: what each direction adds, so that a round trip has twice that.</param>
/// <param name="Folder">For the mesh.</param>
sealed record StationBenchOptions(string Profile, int Cards, int ApduMilliseconds, IReadOnlyList<int> DelaysMilliseconds, string Folder);

/// <summary>How far a station is ahead of its cards.</summary>
enum Ahead
{
    /// <summary>The station asks when a blank is there.</summary>
    Nothing,

    /// <summary>The card object and the opening's commands are there before the blank.</summary>
    Assignment,

    /// <summary>The whole protected script is there before the blank.</summary>
    Script,
}

/// <summary>One run.</summary>
/// <param name="OneWayMilliseconds">What each direction of the network adds.</param>
/// <param name="Ahead">How far the station was ahead.</param>
/// <param name="Apdus">Commands for each card.</param>
/// <param name="MeshMilliseconds">From the first command of one card to that of the next, on average.</param>
/// <param name="LocalMilliseconds">The same for a local program that sends the same commands to the same cards in the same reader.</param>
sealed record StationFigure(int OneWayMilliseconds, Ahead Ahead, int Apdus, double MeshMilliseconds, double LocalMilliseconds)
{
    public double Ratio => MeshMilliseconds / LocalMilliseconds;
}
