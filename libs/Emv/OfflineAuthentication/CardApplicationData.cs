using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Emv;

/// <summary>
/// What a terminal has read of an application before offline data authentication: AID, answer to GET PROCESSING OPTIONS, records.
/// Holds cardholder data.
/// </summary>
public sealed class CardApplicationData
{
    readonly Dictionary<BerTag, ReadOnlyMemory<byte>> _elements = [];
    readonly HashSet<BerTag> _redundant = [];
    readonly List<RecordId> _malformed = [];

    /// <summary>Collects the data elements of the records.</summary>
    /// <param name="aid">The application identifier, 5 to 16 bytes; its first 5 are the RID.</param>
    /// <param name="interchangeProfile">The AIP, tag 82.</param>
    /// <param name="locator">The AFL, tag 94.</param>
    /// <param name="records">Each record as the card returns it; not copied. Records that the AFL does not name are not looked at.</param>
    /// <exception cref="ArgumentException">The AID has another length.</exception>
    public CardApplicationData(
        ReadOnlyMemory<byte> aid,
        ushort interchangeProfile,
        ApplicationFileLocator locator,
        IReadOnlyDictionary<RecordId, ReadOnlyMemory<byte>> records)
    {
        ArgumentNullException.ThrowIfNull(locator);
        ArgumentNullException.ThrowIfNull(records);
        if (aid.Length is < 5 or > 16)
            throw new ArgumentException($"An AID has 5 to 16 bytes, got {aid.Length}.", nameof(aid));
        (Aid, InterchangeProfile, Locator, Records) = (aid, interchangeProfile, locator, records);
        foreach (var id in locator.Records)
        {
            if (id.Sfi <= 10 && records.TryGetValue(id, out var record))
                Collect(id, record);
        }
    }

    /// <summary>The application identifier.</summary>
    public ReadOnlyMemory<byte> Aid { get; }

    /// <summary>The AIP.</summary>
    public ushort InterchangeProfile { get; }

    /// <summary>The AFL.</summary>
    public ApplicationFileLocator Locator { get; }

    /// <summary>The records as the card returned them.</summary>
    public IReadOnlyDictionary<RecordId, ReadOnlyMemory<byte>> Records { get; }

    /// <summary>Data elements that occur more than once: a terminal would end the transaction (EMV 4.3 Book 3 §10.2).</summary>
    public IReadOnlySet<BerTag> RedundantElements => _redundant;

    /// <summary>Records of files 1 to 10 that are not well-formed BER-TLV; their data elements are not known.</summary>
    public IReadOnlyList<RecordId> MalformedRecords => _malformed;

    /// <summary>A data element of the records; its first occurrence.</summary>
    /// <param name="tag">Its tag.</param>
    /// <returns>The value, or null when no record has it.</returns>
    public ReadOnlyMemory<byte>? Find(BerTag tag) => _elements.TryGetValue(tag, out var value) ? value : default(ReadOnlyMemory<byte>?);

    void Collect(RecordId id, ReadOnlyMemory<byte> record)
    {
        if (!TlvNode.TryParse(record, out var templates, TlvPadding.SkipZeros))
        {
            _malformed.Add(id);
            return;
        }

        foreach (var template in templates)
        {
            foreach (var element in template.Children)
            {
                if (!_elements.TryAdd(element.Tag, element.Value) && !element.Tag.IsConstructed)
                    _redundant.Add(element.Tag);
            }
        }
    }
}
