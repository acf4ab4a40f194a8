using PersoMesh.Keys;

namespace PersoMesh.PreparedJobs;

/// <summary>Puts prepared applications into records of a file, and the MACs on both.</summary>
/// <param name="header">The header of the file that is written.</param>
/// <param name="keys">The keys of the pass's key encryption key: for the MACs of the applications that it prepared.</param>
/// <param name="sealing">The keys of the sealing key encryption key: for the records' MACs.</param>
/// <remarks>Not thread-safe; belongs to the session of the keys.</remarks>
public sealed class RecordSealing(PreparedHeader header, TransportKeys keys, TransportKeys sealing)
{
    /// <summary>Makes a new record of a card.</summary>
    /// <param name="number">Its place in the file, from 1.</param>
    /// <param name="card">The card.</param>
    /// <returns>The record, length first, for <see cref="PreparedFileWriter.Write"/>.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public byte[] Seal(long number, PreparedCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return Seal(number, card.CardObjectId, card.OffChipData, [.. Seal(number, card.CardObjectId, card.Applications)]);
    }

    /// <summary>Adds applications to a record; what was in it stays as it is, with its MACs.</summary>
    /// <param name="record">A record of the file before this pass, whose MAC was verified.</param>
    /// <param name="added">Applications that it does not have; may be none.</param>
    /// <returns>The record, length first, for <see cref="PreparedFileWriter.Write"/>.</returns>
    /// <exception cref="SecurityModuleException">The token refused.</exception>
    public byte[] Add(PreparedRecord record, IReadOnlyList<PlacedContent> added)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(added);
        var applications = record.Applications.Concat(Seal(record.Number, record.CardObjectId, added)).OrderBy(application => application.Place);
        return Seal(record.Number, record.CardObjectId, record.OffChipData, [.. applications]);
    }

    IEnumerable<SealedApplication> Seal(long number, string cardObjectId, IReadOnlyList<PlacedContent> applications) => applications.Select(
        application => new SealedApplication(
            application.Place, application.Content, keys.ApplicationMac(number, cardObjectId, application.Place, application.Content.Span)));

    byte[] Seal(long number, string cardObjectId, ReadOnlyMemory<byte> offChipData, IReadOnlyList<SealedApplication> applications) =>
        PreparedRecord.Encode(
            header, cardObjectId, offChipData, applications, covered => sealing.RecordMac(number, header.PassId.Span, covered.Span));
}
