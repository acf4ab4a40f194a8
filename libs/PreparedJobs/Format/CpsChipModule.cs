using System.Buffers.Binary;
using System.Text;
using PersoMesh.Emv;
using PersoMesh.Profiles;
using PersoMesh.SmartCard.DataGrouping;

namespace PersoMesh.PreparedJobs;

/// <summary>
/// The applications of a record as the IC module of an EMV CPS personalization record (<see cref="CpsRecordTable"/>). It says the same as
/// <see cref="OwnChipModule"/>: an application's MAC covers <see cref="PreparedApplication.Encode"/> in both, and the record's the module as it
/// is. What CPS leaves to issuer and bureau is in docs/prepared-jobs.md.
/// </summary>
static class CpsChipModule
{
    const string Structure = "IC module";

    /// <summary>TYPEtk, as other emitters write it.</summary>
    const byte KeyType = 0x20;

    /// <summary>ENC: to be enciphered for the card under the session's key.</summary>
    const byte UnderSessionKey = 0x11;

    const int EncryptionEntryLength = 5;
    const int KeyIdLength = 6;

    static readonly IcModuleFormat Format = new(CpsRecordTable.Create(KeyIdLength));

    // CMODE, from the values that EMV CPS does not use: one for each way in which a value travels.
    static readonly Dictionary<PreparedGroupingKind, TransportKeyMode> Modes = new()
    {
        [PreparedGroupingKind.Enciphered] = (TransportKeyMode)0x91,
        [PreparedGroupingKind.Personal] = (TransportKeyMode)0x92,
        [PreparedGroupingKind.UnderPersonalizationKey] = (TransportKeyMode)0x93,
    };

    /// <exception cref="PreparedJobException">An application cannot be said in this layout: a data grouping comes twice, or it is too long.</exception>
    public static byte[] Write(PreparedHeader header, string cardObjectId, IReadOnlyList<SealedApplication> applications)
    {
        try
        {
            return Format.Write(new IcModule
            {
                CardReference = Encoding.UTF8.GetBytes(cardObjectId),
                Aids = [.. applications.Select(application => header.Applications[application.Place].Aid)],
                Applications = [.. applications.Select(application => ToIc(header, application))],
            });
        }
        catch (ArgumentException e)
        {
            throw new PreparedJobException(Structure, "an application is too long for this layout.", e);
        }
    }

    /// <exception cref="PreparedJobException">Not what <see cref="Write"/> makes.</exception>
    /// <exception cref="SmartCard.CardDataException">No IC module.</exception>
    public static SealedApplication[] Read(PreparedHeader header, ReadOnlyMemory<byte> module) =>
        [.. Format.Parse(module).Applications.Select(application => FromIc(header, application))];

    static IcApplication ToIc(PreparedHeader header, SealedApplication application)
    {
        var prepared = PreparedApplication.Decode(Structure, application.Content);
        var groupings = prepared.Groupings;
        if (groupings.DistinctBy(grouping => grouping.Dgi).Count() != groupings.Count)
            throw new PreparedJobException(prepared.Name, "a data grouping comes twice, which this layout cannot say.");
        return new IcApplication
        {
            Aid = prepared.Aid,
            TransportKeys = [.. Modes.Select(mode => new TransportKeyUse(
                KeyId(prepared.Kek), KeyType, mode.Value,
                [.. groupings.Where(grouping => grouping.Kind == mode.Key).Select(grouping => grouping.Dgi.Value)]))],
            OwnerId = Encoding.UTF8.GetBytes(header.Issuer),
            Steps = [new ProcessingStep { Encryption = Encryption(groupings) }],
            Data = IcApplication.EncodeData(groupings.Select(grouping => new Dgi(grouping.Dgi.Value, grouping.Value))),
            Mac = application.Mac,
        };
    }

    static SealedApplication FromIc(PreparedHeader header, IcApplication application)
    {
        var place = header.Applications.ToList().FindIndex(known => known.Aid.Span.SequenceEqual(application.Aid.Span));
        if (place < 0)
            throw new PreparedJobException(Structure, "an application is not among those of the file's header.");
        var where = $"application {place + 1}";
        if (application.TransportKeys is not [{ KeyId: var id }, ..] || application.Steps is not [var step]
            || application.Mac.Length != PreparedApplication.MacLength)
            throw new PreparedJobException(where, "it has no transport key, not one processing step, or no MAC.");
        var kinds = application.TransportKeys
            .SelectMany(use => use.Groupings.Select(dgi => (Dgi: dgi, Kind: KindOf(where, use.Mode))))
            .ToLookup(entry => entry.Dgi, entry => entry.Kind);
        var lengths = ClearLengths(where, step.Encryption.Span);
        var groupings = application.ReadGroupings().Select(grouping =>
        {
            var kind = kinds[grouping.Id].FirstOrDefault(PreparedGroupingKind.Clear);
            return new PreparedGrouping(new DgiId(grouping.Id), kind, ClearLength(where, kind, grouping, lengths), grouping.Value);
        });
        var prepared = new PreparedApplication(application.Aid, header.Applications[place].Name, id.Span[^1], [.. groupings]);
        return new SealedApplication(place, prepared.Encode(), application.Mac);
    }

    // The key encryption key's place in the header; an identifier of fixed length has no room for its name.
    static byte[] KeyId(int kek)
    {
        var id = new byte[KeyIdLength];
        id[^1] = (byte)kek;
        return id;
    }

    static PreparedGroupingKind KindOf(string where, TransportKeyMode mode)
    {
        foreach (var (kind, known) in Modes)
        {
            if (known == mode)
                return kind;
        }

        throw new PreparedJobException(where, $"CMODE {(byte)mode:X2} is unknown.");
    }

    // ENC: for each secret its DGI 2 | 11 | length in clear 2, which the enciphered value does not tell.
    static byte[] Encryption(IEnumerable<PreparedGrouping> groupings)
    {
        var writer = new FieldWriter();
        foreach (var grouping in groupings.Where(grouping => grouping.Kind == PreparedGroupingKind.Enciphered))
        {
            writer.UInt16(grouping.Dgi.Value);
            writer.Byte(UnderSessionKey);
            writer.UInt16(grouping.PlainLength);
        }

        return writer.ToArray();
    }

    static Dictionary<ushort, int> ClearLengths(string where, ReadOnlySpan<byte> encryption)
    {
        Dictionary<ushort, int> lengths = [];
        for (; encryption.Length >= EncryptionEntryLength && encryption[2] == UnderSessionKey; encryption = encryption[EncryptionEntryLength..])
            lengths[BinaryPrimitives.ReadUInt16BigEndian(encryption)] = BinaryPrimitives.ReadUInt16BigEndian(encryption[3..]);
        return encryption.IsEmpty ? lengths : throw new PreparedJobException(where, "ENC is not what it should be.");
    }

    static int ClearLength(string where, PreparedGroupingKind kind, Dgi grouping, Dictionary<ushort, int> lengths)
    {
        var length = kind switch
        {
            PreparedGroupingKind.Enciphered => lengths.GetValueOrDefault(grouping.Id, -1),
            PreparedGroupingKind.Personal => grouping.Value.Length - CardholderCipher.Overhead,
            _ => grouping.Value.Length,
        };
        return length >= 0 ? length : throw new PreparedJobException(where, $"DGI {grouping.Id:X4} has no length in clear.");
    }
}
