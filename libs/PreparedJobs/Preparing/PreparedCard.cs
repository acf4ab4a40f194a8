namespace PersoMesh.PreparedJobs;

/// <summary>A prepared card that has no place in a file yet. Its secrets and its holder's data are enciphered.</summary>
/// <param name="CardObjectId">Unique card object identifier.</param>
/// <param name="OffChipData">Enciphered.</param>
/// <param name="Applications">Each application as its MAC covers it.</param>
public sealed record PreparedCard(string CardObjectId, ReadOnlyMemory<byte> OffChipData, IReadOnlyList<ReadOnlyMemory<byte>> Applications)
{
    /// <summary>Creates a card.</summary>
    public PreparedCard(string cardObjectId, ReadOnlyMemory<byte> offChipData, IReadOnlyList<byte[]> applications)
        : this(cardObjectId, offChipData, [.. applications.Select(application => (ReadOnlyMemory<byte>)application)])
    {
    }

    /// <summary>Puts the card at a place of a file: computes the MACs of its applications and of the record.</summary>
    /// <param name="number">The place, from 1.</param>
    /// <param name="keys">The file's keys.</param>
    /// <returns>The record, length first, for <see cref="PreparedFileWriter.Write"/>.</returns>
    /// <exception cref="PersoMesh.Keys.SecurityModuleException">The token refused.</exception>
    public byte[] Seal(long number, TransportKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var applications = Applications
            .Select((content, index) => new SealedApplication(content, keys.ApplicationMac(number, CardObjectId, index, content.Span)))
            .ToArray();
        return PreparedRecord.Encode(CardObjectId, OffChipData, applications, covered => keys.RecordMac(number, covered.Span));
    }
}
