using System.Text;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>
/// Prepared applications on the disk until the records that they belong to come up: the card objects of a pass need not be in the file's
/// order. Holds nothing in clear; the file is gone when the spool is disposed.
/// </summary>
/// <param name="path">The spool's file.</param>
/// <param name="records">The records of the file that is added to, by card object identifier.</param>
sealed class ApplicationSpool(string path, IReadOnlyDictionary<string, KnownRecord> records) : IPreparedCards, IDisposable
{
    readonly FileStream _file = new(
        path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 * 1024, FileOptions.DeleteOnClose);
    readonly Dictionary<long, long> _offsets = [];

    public CardFault? Refuse(string cardObjectId) => records.GetValueOrDefault(cardObjectId) switch
    {
        null => new CardFault(null, $"card object {cardObjectId} is not in the file that is added to"),
        { Present: { } name } known => new CardFault($"application {name}", $"it is in record {known.Number} of the file already"),
        _ => null,
    };

    public void Write(PreparedCard card)
    {
        _offsets.Add(records[card.CardObjectId].Number, _file.Position);
        using var writer = new BinaryWriter(_file, Encoding.UTF8, leaveOpen: true);
        writer.Write(card.Applications.Count);
        foreach (var application in card.Applications)
        {
            writer.Write(application.Place);
            writer.Write(application.Content.Length);
            writer.Write(application.Content.Span);
        }
    }

    /// <summary>What was prepared for a record; none when no card object came for it.</summary>
    public IReadOnlyList<PlacedContent> Read(long record)
    {
        if (!_offsets.TryGetValue(record, out var offset))
            return [];
        _file.Position = offset;
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        var applications = new PlacedContent[reader.ReadInt32()];
        for (var i = 0; i < applications.Length; i++)
            applications[i] = new PlacedContent(reader.ReadInt32(), reader.ReadBytes(reader.ReadInt32()));
        return applications;
    }

    public void Dispose() => _file.Dispose();
}
