using System.Diagnostics.CodeAnalysis;
using PersoMesh.SmartCard.Tlv;

namespace PersoMesh.SmartCard.FileSystem;

/// <summary>
/// The control parameters of a file (ISO/IEC 7816-4 §5.3.3): what CREATE FILE takes and SELECT returns. A property that is null is a data
/// object that is not there.
/// </summary>
public sealed record FileControlParameters
{
    /// <summary>62: file control parameters (FCP), the template of CREATE FILE.</summary>
    public static readonly BerTag FcpTemplate = 0x62;

    /// <summary>64: file management data (FMD).</summary>
    public static readonly BerTag FmdTemplate = 0x64;

    /// <summary>6F: file control information (FCI), both together.</summary>
    public static readonly BerTag FciTemplate = 0x6F;

    /// <summary>62, 64 or 6F. Older cards want CREATE FILE with 6F.</summary>
    public BerTag Template { get; init; } = FcpTemplate;

    /// <summary>82: what kind of file.</summary>
    public FileDescriptor? Descriptor { get; init; }

    /// <summary>83: file identifier; 3F00 is the MF, 3FFF the current DF, FFFF reserved.</summary>
    public ushort? FileId { get; init; }

    /// <summary>84: DF name, 1 to 16 bytes; of an application its AID.</summary>
    public ReadOnlyMemory<byte>? DfName { get; init; }

    /// <summary>85: proprietary information.</summary>
    public ReadOnlyMemory<byte>? Proprietary { get; init; }

    /// <summary>A5: proprietary information in BER-TLV, the value without the tag.</summary>
    public ReadOnlyMemory<byte>? ProprietaryTemplate { get; init; }

    /// <summary>8A: life cycle status.</summary>
    public LifeCycleStatus? LifeCycle { get; init; }

    /// <summary>86: security attributes in the card's own format.</summary>
    public ReadOnlyMemory<byte>? ProprietarySecurity { get; init; }

    /// <summary>8B: security attributes, reference to a record of EF.ARR.</summary>
    public ReadOnlyMemory<byte>? SecurityReference { get; init; }

    /// <summary>8C: security attributes, compact format (<see cref="CompactAccessRule"/>).</summary>
    public ReadOnlyMemory<byte>? CompactSecurity { get; init; }

    /// <summary>AB: security attributes, expanded format, the value without the tag.</summary>
    public ReadOnlyMemory<byte>? ExpandedSecurity { get; init; }

    /// <summary>80: bytes of data in the file, without structural information.</summary>
    public int? DataSize { get; init; }

    /// <summary>81: bytes that the file takes, with structural information.</summary>
    public int? TotalSize { get; init; }

    /// <summary>
    /// 88: short EF identifier, 1 to 30; 0 when the EF has none. When null, cards take the low five bits of the file identifier.
    /// </summary>
    public byte? ShortFileId { get; init; }

    /// <summary>Data objects that this type does not interpret, in order; also repetitions of those that it does.</summary>
    public IReadOnlyList<TlvNode> Others { get; init; } = [];

    /// <summary>Parses a template.</summary>
    /// <param name="encoded">
    /// 62, 64 or 6F, its length and value, and nothing more; not copied. FCP inside 6F, with or without a 62 around it.
    /// </param>
    /// <param name="parameters">The file control parameters; values are views of <paramref name="encoded"/>.</param>
    /// <returns>False when the BER-TLV is malformed, or a data object has a value that its clause does not allow.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out FileControlParameters? parameters) =>
        FileControlParametersReader.Read(encoded, out parameters) is null;

    /// <summary>Parses a template.</summary>
    /// <param name="encoded">
    /// 62, 64 or 6F, its length and value, and nothing more; not copied. FCP inside 6F, with or without a 62 around it.
    /// </param>
    /// <exception cref="CardDataException">
    /// The BER-TLV is malformed, or a data object has a value that its clause does not allow.
    /// </exception>
    public static FileControlParameters Parse(ReadOnlyMemory<byte> encoded) =>
        FileControlParametersReader.Read(encoded, out var parameters) is { } error ? throw error.ToException() : parameters!;

    /// <summary>
    /// The encoded template, as the data of CREATE FILE. Data objects come in the order that ETSI TS 102 221 §11.1.1.3 lists them in.
    /// </summary>
    /// <exception cref="InvalidOperationException">A property has a value that cannot be coded; the message names it.</exception>
    public byte[] ToArray()
    {
        Require(Template == FcpTemplate || Template == FmdTemplate || Template == FciTemplate, nameof(Template), "62, 64 or 6F");
        Require(DfName is not { Length: < 1 or > 16 }, nameof(DfName), "1 to 16 bytes");
        Require(ShortFileId is null or <= 30, nameof(ShortFileId), "0 to 30");
        Require(DataSize is null or >= 0, nameof(DataSize), "not negative");
        Require(TotalSize is null or >= 0, nameof(TotalSize), "not negative");

        using var writer = new TlvWriter();
        writer.Begin(Template);
        if (Descriptor is not null)
            writer.Write(0x82, Descriptor.ToArray());
        if (FileId is { } fileId)
            writer.WriteUInt16(0x83, fileId);
        Write(0x84, DfName);
        Write(0x85, Proprietary);
        Write(0xA5, ProprietaryTemplate);
        if (LifeCycle is { } lifeCycle)
            writer.Write(0x8A, (byte)lifeCycle);
        Write(0x86, ProprietarySecurity);
        Write(0x8B, SecurityReference);
        Write(0x8C, CompactSecurity);
        Write(0xAB, ExpandedSecurity);
        WriteSize(0x80, DataSize);
        WriteSize(0x81, TotalSize);
        if (ShortFileId is { } sfi)
            writer.Write(0x88, sfi == 0 ? [] : [(byte)(sfi << 3)]);

        // Last: a repetition in front of the data object that it repeats would take its place.
        foreach (var other in Others)
            other.WriteTo(writer);
        return writer.End().ToArray();

        void Write(BerTag tag, ReadOnlyMemory<byte>? value)
        {
            if (value is { } present)
                writer.Write(tag, present.Span);
        }

        // Two bytes where they suffice: what cards expect.
        void WriteSize(BerTag tag, int? size)
        {
            if (size is <= 0xFFFF)
                writer.WriteUInt16(tag, (ushort)size.Value);
            else if (size is { } large)
                writer.Write(tag, large <= 0xFF_FFFF ? [(byte)(large >> 16), (byte)(large >> 8), (byte)large]
                    : [(byte)(large >> 24), (byte)(large >> 16), (byte)(large >> 8), (byte)large]);
        }
    }

    static void Require(bool condition, string property, string allowed)
    {
        if (!condition)
            throw new InvalidOperationException($"{property} of file control parameters must be {allowed}.");
    }
}
