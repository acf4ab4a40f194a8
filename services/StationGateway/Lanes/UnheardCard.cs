using PersoMesh.Contracts.Session;

namespace PersoMesh.StationGateway.Lanes;

/// <summary>A card that was good when done: on its pile, but the Controller does not know of it yet.</summary>
/// <param name="result">What to tell it.</param>
/// <param name="entries">The journal's lines of its session.</param>
sealed class UnheardCard(BatchResult result, IReadOnlyList<JournalEntry> entries)
{
    public Guid Session => result.SessionId;

    public BatchResult Result => result;

    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <summary>When it was told last; null for never since the start.</summary>
    public long? SaidAt { get; set; }
}
