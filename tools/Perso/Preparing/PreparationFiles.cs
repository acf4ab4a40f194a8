using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>The open files of a preparation.</summary>
sealed class PreparationFiles : IDisposable
{
    public List<SourceFile> Sources { get; } = [];

    public Dictionary<string, CounterFile> Counters { get; } = new(StringComparer.Ordinal);

    /// <summary>Closes the sources and gives back what the counters reserved and nobody took.</summary>
    public void Dispose()
    {
        Sources.ForEach(source => source.Dispose());
        foreach (var counter in Counters.Values)
            counter.Dispose();
    }
}
