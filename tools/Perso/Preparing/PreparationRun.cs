using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>The first pass: writes a new file with a record for each card object.</summary>
sealed class PreparationRun(PreparationPlan plan)
{
    /// <summary>Reads card objects until their end, and writes the file.</summary>
    /// <param name="input">The card objects.</param>
    /// <param name="output">Seekable.</param>
    /// <param name="cancellationToken">Stops; what was written is then no whole file.</param>
    public async Task<PreparationOutcome> RunAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var keys = new PassKeys(plan);
        var file = new NewFile(new PreparedFileWriter(output, keys.Header), keys.Sealing);
        var outcome = await new PreparationPipeline(plan, keys, file).RunAsync(input, cancellationToken);
        var places = plan.Pass.Applications.Select(placed => placed.Place).ToHashSet();
        file.Writer.Complete(
            keys.SealingKeys, [.. Enumerable.Range(0, keys.Header.Applications.Count).Select(place => places.Contains(place) ? file.Writer.Count : 0)]);
        return outcome;
    }

    sealed class NewFile(PreparedFileWriter writer, RecordSealing sealing) : IPreparedCards
    {
        public PreparedFileWriter Writer => writer;

        public CardFault? Refuse(string cardObjectId) => null;

        public void Write(PreparedCard card) => writer.Write(writer.Count + 1, sealing.Seal(writer.Count + 1, card));
    }
}
