using PersoMesh.SmartCard;
using PersoMesh.SmartCard.DataGrouping;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.Emv;

/// <summary>The chip part of a personalization record: what one card's applications receive (EMV CPS). Holds cardholder data.</summary>
public sealed record IcModule
{
    /// <summary>Version of the layout (VNL): 4 ASCII characters.</summary>
    public string Version { get; init; } = "02.1";

    /// <summary>Card reference number (CRN), 0 to 255 bytes; may be empty.</summary>
    public ReadOnlyMemory<byte> CardReference { get; init; }

    /// <summary>STATUScoll: 2 ASCII characters.</summary>
    public string CollectedStatus { get; init; } = "00";

    /// <summary>Process identifiers, one byte each; usually none.</summary>
    public ReadOnlyMemory<byte> ProcessIds { get; init; }

    /// <summary>AIDs of the list in section 2; usually those of <see cref="Applications"/> in the same order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Aids { get; init; } = [];

    /// <summary>The applications, in the order in which the card receives them.</summary>
    public IReadOnlyList<IcApplication> Applications { get; init; } = [];

    /// <summary>Number of applications; nothing of the card.</summary>
    public override string ToString() => $"IC module {Version}, {Applications.Count} applications";
}

/// <summary>One application of an IC module: AID, transport keys, processing steps, data, and a MAC over all of it.</summary>
public sealed record IcApplication
{
    /// <summary>The application's AID.</summary>
    public required ReadOnlyMemory<byte> Aid { get; init; }

    /// <summary>Which data groupings are enciphered under which transport keys (KEKs).</summary>
    public IReadOnlyList<TransportKeyUse> TransportKeys { get; init; } = [];

    /// <summary>Version of the list of transport keys; null means 01 when there are keys, and no list when there are none.</summary>
    public byte? TransportKeyVersion { get; init; }

    /// <summary>Identifier of the application's owner (IDowner), 0 to 255 bytes.</summary>
    public ReadOnlyMemory<byte> OwnerId { get; init; }

    /// <summary>The processing steps.</summary>
    public IReadOnlyList<ProcessingStep> Steps { get; init; } = [];

    /// <summary>What the device is to log (LOGDATA).</summary>
    public ReadOnlyMemory<byte> LogData { get; init; }

    /// <summary>The data: TLVs whose tags the steps name, usually one EF with data groupings in it.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The MAC key, enciphered in ECB mode under the first transport key; empty when the application has no MAC.</summary>
    public ReadOnlyMemory<byte> EncipheredMacKey { get; init; }

    /// <summary>The MAC; empty when the application has none.</summary>
    public ReadOnlyMemory<byte> Mac { get; init; }

    /// <summary>Encodes data groupings as <see cref="Data"/>: tag EF, BER length, the groupings.</summary>
    /// <param name="groupings">The data groupings in the order in which the card receives them.</param>
    /// <param name="tag">The tag that a processing step names.</param>
    public static byte[] EncodeData(IEnumerable<Dgi> groupings, byte tag = ProcessingStep.DefaultTag)
    {
        ArgumentNullException.ThrowIfNull(groupings);
        // EF looks like a constructed tag, but holds data groupings, which are no BER-TLV.
        using var writer = new TlvWriter();
        return writer.Write(tag, groupings.SelectMany(g => g.ToArray()).ToArray()).ToArray();
    }

    /// <summary>The data groupings that a processing step refers to.</summary>
    /// <param name="tag">The tag that the step names.</param>
    /// <returns>The groupings in order; none when the data have no such tag.</returns>
    /// <exception cref="CardDataException">The data are malformed; within a data grouping the offset counts from the first one.</exception>
    public IReadOnlyList<Dgi> ReadGroupings(byte tag = ProcessingStep.DefaultTag)
    {
        List<Dgi> groupings = [];
        var reader = new TlvReader(Data.Span);
        while (reader.Read(out var element))
        {
            if (element.Tag.Value == tag)
                groupings.AddRange(
                    Dgi.Parse(Data.Slice(element.Offset + element.Encoded.Length - element.Value.Length, element.Value.Length)));
        }

        return groupings;
    }

    /// <summary>Lengths only: neither AID nor data.</summary>
    public override string ToString() => $"application with {Data.Length} bytes of data, {Steps.Count} steps";
}

/// <summary>Which data groupings one transport key protects.</summary>
/// <param name="KeyId">Identifier of the key, as issuer and bureau agreed; its length is fixed by the table.</param>
/// <param name="KeyType">TYPEtk; 20 is what was seen.</param>
/// <param name="Mode">CMODE: how the values are enciphered.</param>
/// <param name="Groupings">Identifiers of the data groupings.</param>
public sealed record TransportKeyUse(
    ReadOnlyMemory<byte> KeyId, byte KeyType, TransportKeyMode Mode, IReadOnlyList<ushort> Groupings);

/// <summary>CMODE of a transport key.</summary>
public enum TransportKeyMode
{
    /// <summary>CBC with a zero initial value.</summary>
    Cbc = 0x10,

    /// <summary>ECB.</summary>
    Ecb = 0x11,
}

/// <summary>One processing step of an application.</summary>
public sealed record ProcessingStep
{
    /// <summary>The tag of the data that a step normally takes.</summary>
    public const byte DefaultTag = 0xEF;

    /// <summary>ACT: what to do; 0F is personalize.</summary>
    public byte Action { get; init; } = 0x0F;

    /// <summary>REQ: 01 when the step must be done.</summary>
    public byte Requirement { get; init; } = 0x01;

    /// <summary>TAG: which data the step takes.</summary>
    public byte Tag { get; init; } = DefaultTag;

    /// <summary>ORDER: groups of data groupings that must be sent in a certain order.</summary>
    public ReadOnlyMemory<byte> Order { get; init; }

    /// <summary>VERCNTL: data groupings that the card may refuse.</summary>
    public ReadOnlyMemory<byte> VersionControl { get; init; }

    /// <summary>ENC: data groupings to encipher for the card, and how.</summary>
    public ReadOnlyMemory<byte> Encryption { get; init; }

    /// <summary>RANDOM: data groupings to fill with random bytes.</summary>
    public ReadOnlyMemory<byte> Random { get; init; }

    /// <summary>GROUP: data groupings that must share one command.</summary>
    public ReadOnlyMemory<byte> Grouping { get; init; }

    /// <summary>SECLEV: security level for EXTERNAL AUTHENTICATE.</summary>
    public byte SecurityLevel { get; init; }

    /// <summary>UPDATEcplc: whether to update the card production life cycle data.</summary>
    public byte UpdateLifeCycleData { get; init; }

    /// <summary>POINTER: where the data are when they are not in the record.</summary>
    public ReadOnlyMemory<byte> DataPointer { get; init; }
}
