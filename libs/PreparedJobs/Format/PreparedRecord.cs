using System.Text;
using PersoMesh.Emv;
using PersoMesh.SmartCard;

namespace PersoMesh.PreparedJobs;

/// <summary>One card of a prepared file: a personalization record of modules ID, DATA, IC and MAC. Holds cardholder data.</summary>
/// <param name="Number">Place in the file, from 1.</param>
/// <param name="CardObjectId">Unique card object identifier.</param>
/// <param name="OffChipData">The fields that stripe, embossing and printing need: a JSON object in UTF-8, enciphered (<see cref="CardholderCipher"/>).</param>
/// <param name="Applications">Those that were prepared so far, in the order of the profile.</param>
/// <param name="Mac">The record's own MAC, 16 bytes.</param>
/// <param name="Covered">What the record's MAC covers: the modules before it.</param>
public sealed record PreparedRecord(
    long Number,
    string CardObjectId,
    ReadOnlyMemory<byte> OffChipData,
    IReadOnlyList<SealedApplication> Applications,
    ReadOnlyMemory<byte> Mac,
    ReadOnlyMemory<byte> Covered)
{
    const string IdModule = "ID";
    const string DataModule = "DATA";
    const string ChipModule = "IC";
    const string MacModule = "MAC";

    // Code and length of a module that is 16 bytes long: what stands behind the covered modules.
    static readonly int MacModuleLength = PersonalizationRecordFormat.Default.Write(
        new([new(MacModule, new byte[PreparedApplication.MacLength])])).Length - PersonalizationRecordFormat.Default.LengthSize;

    /// <summary>Encodes a record.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="cardObjectId">Unique card object identifier.</param>
    /// <param name="offChipData">Enciphered.</param>
    /// <param name="applications">The applications in the order of their places.</param>
    /// <param name="computeMac">Computes the MAC over the modules before it.</param>
    /// <returns>Length and modules.</returns>
    /// <exception cref="PreparedJobException">An application cannot be said in the header's layout.</exception>
    public static byte[] Encode(
        PreparedHeader header,
        string cardObjectId,
        ReadOnlyMemory<byte> offChipData,
        IReadOnlyList<SealedApplication> applications,
        Func<ReadOnlyMemory<byte>, byte[]> computeMac)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(applications);
        ArgumentNullException.ThrowIfNull(computeMac);
        var chip = header.ChipLayout == ChipLayout.Cps ? CpsChipModule.Write(header, cardObjectId, applications) : OwnChipModule.Write(applications);
        PersonalizationModule[] modules =
            [new(IdModule, Encoding.UTF8.GetBytes(cardObjectId)), new(DataModule, offChipData), new(ChipModule, chip)];
        var format = PersonalizationRecordFormat.Default;
        var covered = format.Write(new(modules)).AsMemory(format.LengthSize);
        return format.Write(new([.. modules, new(MacModule, computeMac(covered))]));
    }

    /// <summary>Reads a record's modules.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="number">The record's number.</param>
    /// <param name="modules">The record without its length; not copied.</param>
    /// <exception cref="PreparedJobException">Malformed.</exception>
    public static PreparedRecord Decode(PreparedHeader header, long number, ReadOnlyMemory<byte> modules)
    {
        ArgumentNullException.ThrowIfNull(header);
        try
        {
            return Of(PersonalizationRecordFormat.Default.Parse(modules).Modules) is [var id, var data, var chip, var mac]
                ? new PreparedRecord(
                    number, Encoding.UTF8.GetString(id.Span), data, ReadApplications(header, chip), mac, modules[..^MacModuleLength])
                : throw new PreparedJobException(null, "its modules are not ID, DATA, IC and MAC.");
        }
        catch (CardDataException e)
        {
            throw new PreparedJobException(null, e.Message, e);
        }
    }

    static ReadOnlyMemory<byte>[]? Of(IReadOnlyList<PersonalizationModule> modules) =>
        modules.Select(module => module.Code).SequenceEqual([IdModule, DataModule, ChipModule, MacModule])
        && modules[3].Data.Length == PreparedApplication.MacLength
            ? [.. modules.Select(module => module.Data)]
            : null;

    static SealedApplication[] ReadApplications(PreparedHeader header, ReadOnlyMemory<byte> chip)
    {
        var applications = header.ChipLayout == ChipLayout.Cps ? CpsChipModule.Read(header, chip) : OwnChipModule.Read(chip);
        for (var i = 0; i < applications.Length; i++)
        {
            if (applications[i].Place >= header.Applications.Count || (i > 0 && applications[i].Place <= applications[i - 1].Place))
                throw new PreparedJobException("chip module", "an application is not in its place.");
        }

        return applications;
    }
}

/// <summary>An application as it is in the file.</summary>
/// <param name="Place">Its place among the profile's applications, from 0.</param>
/// <param name="Content">What the MAC covers; <see cref="PreparedApplication.Decode"/> reads it.</param>
/// <param name="Mac">16 bytes.</param>
public sealed record SealedApplication(int Place, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Mac);
