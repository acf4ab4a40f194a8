using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>A record that still lacks an application after a pass that adds it.</summary>
/// <param name="Number">The record's number.</param>
/// <param name="CardObjectId">Its card object.</param>
sealed record LackingRecord(long Number, string CardObjectId);

/// <summary>
/// A pass that adds applications to a prepared file: verifies all of it, prepares the applications, and writes the file anew, the records in
/// their order. What was in a record stays as it is; only the MACs of record and file are made again.
/// </summary>
/// <param name="plan">What is prepared; its header is the file's, with the pass's key encryption key in it.</param>
/// <param name="file">The file before the pass.</param>
sealed class AddingRun(PreparationPlan plan, FileToAddTo file)
{
    /// <summary>Reads card objects until their end, and writes the file.</summary>
    /// <param name="input">The card objects, in any order.</param>
    /// <param name="output">Seekable.</param>
    /// <param name="spool">Path of a file for what is prepared, as long as the pass lasts.</param>
    /// <param name="cancellationToken">Stops; what was written is then no whole file.</param>
    /// <returns>What came of the card objects, and the records for which there was none or a refused one.</returns>
    /// <exception cref="PreparedJobException">The file was changed, or a card object is twice in it.</exception>
    public async Task<(PreparationOutcome Outcome, IReadOnlyList<LackingRecord> Lacking)> RunAsync(
        Stream input, Stream output, string spool, CancellationToken cancellationToken)
    {
        using var added = new ApplicationSpool(spool, await file.VerifyAsync(plan.Pass, cancellationToken));
        using var keys = new PassKeys(plan);
        var outcome = await new PreparationPipeline(plan, keys, added).RunAsync(input, cancellationToken);
        return (outcome, await WriteAsync(new PreparedFileWriter(output, keys.Header), keys, added, cancellationToken));
    }

    async Task<IReadOnlyList<LackingRecord>> WriteAsync(
        PreparedFileWriter writer, PassKeys keys, ApplicationSpool added, CancellationToken cancellationToken)
    {
        var places = plan.Pass.Applications.Select(placed => placed.Place).ToArray();
        var recordsWith = new long[keys.Header.Applications.Count];
        List<LackingRecord> lacking = [];
        await foreach (var record in file.RecordsAsync(cancellationToken))
        {
            var applications = added.Read(record.Number);
            writer.Write(record.Number, keys.Sealing.Add(record, applications));
            var present = record.Applications.Select(application => application.Place).ToHashSet();
            present.UnionWith(applications.Select(application => application.Place));
            foreach (var place in present)
                recordsWith[place]++;
            if (!present.IsSupersetOf(places))
                lacking.Add(new LackingRecord(record.Number, record.CardObjectId));
        }

        writer.Complete(keys.SealingKeys, recordsWith);
        return lacking;
    }
}
