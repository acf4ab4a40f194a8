namespace PersoMesh.MagneticStripe;

/// <summary>Why a track cannot be written or read. Names the place, never what stands there.</summary>
/// <param name="Track">1, 2 or 3.</param>
/// <param name="Position">Place of the character on the track: the start sentinel is 1. Null when the fault is not at one place.</param>
/// <param name="Reason">What is wrong, and what is expected instead.</param>
public sealed record TrackFault(int Track, int? Position, string Reason)
{
    /// <summary>Track, position, reason: fit for a log.</summary>
    public override string ToString() => Position is { } at ? $"track {Track}, position {at}: {Reason}" : $"track {Track}: {Reason}";
}

/// <summary>Thrown by <see cref="TrackEncoding.Encode"/> for a text that the track cannot hold.</summary>
/// <param name="fault">Where and why.</param>
public sealed class TrackException(TrackFault fault) : Exception(fault.ToString())
{
    /// <summary>Where and why; free of cardholder data.</summary>
    public TrackFault Fault { get; } = fault;
}
