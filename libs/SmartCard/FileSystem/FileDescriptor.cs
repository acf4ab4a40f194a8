using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.SmartCard.FileSystem;

/// <summary>How an elementary file is built (ISO/IEC 7816-4 §5.3.3, low bits of the file descriptor byte).</summary>
public enum FileStructure
{
    /// <summary>Not said, or not an EF.</summary>
    NoInformation,

    /// <summary>A string of bytes.</summary>
    Transparent,

    /// <summary>Records of one size.</summary>
    LinearFixed,

    /// <summary>Records of one size that hold TLVs.</summary>
    LinearFixedTlv,

    /// <summary>Records of various sizes.</summary>
    LinearVariable,

    /// <summary>Records of various sizes that hold TLVs.</summary>
    LinearVariableTlv,

    /// <summary>Records of one size in a ring.</summary>
    Cyclic,

    /// <summary>Records of one size in a ring that hold TLVs.</summary>
    CyclicTlv,

    /// <summary>Data objects in BER-TLV, reached by GET DATA and PUT DATA.</summary>
    BerTlv,

    /// <summary>Data objects in SIMPLE-TLV.</summary>
    SimpleTlv,
}

/// <summary>The file descriptor, tag 82 of file control parameters (ISO/IEC 7816-4 §5.3.3): 1 to 6 bytes.</summary>
/// <param name="Coded">
/// The file descriptor byte: 38 DF, 01 transparent, 02 linear fixed, 04 linear variable, 06 cyclic, +08 internal EF, +40 shareable.
/// </param>
/// <param name="DataCoding">The data coding byte, as in card capabilities; null when left out.</param>
/// <param name="MaxRecordLength">The greatest record size in bytes; null when left out.</param>
/// <param name="RecordCount">The number of records; null when left out.</param>
public sealed record FileDescriptor(byte Coded, byte? DataCoding = null, ushort? MaxRecordLength = null, ushort? RecordCount = null)
{
    const byte DfCoded = 0x38;
    const byte ShareableBit = 0x40;
    const byte DefaultCoding = 0x21;

    /// <summary>A dedicated file.</summary>
    public static FileDescriptor Df { get; } = new(DfCoded);

    /// <summary>A transparent EF.</summary>
    public static FileDescriptor Transparent { get; } = new(0x01);

    /// <summary>True for a DF (or MF).</summary>
    public bool IsDf => (Coded & ~ShareableBit) == DfCoded;

    /// <summary>True when the file may be used on several logical channels at the same time.</summary>
    public bool IsShareable => (Coded & ShareableBit) != 0;

    /// <summary>True for an EF that the card itself interprets (keys, PINs).</summary>
    public bool IsInternal => (Coded & 0x38) == 0x08;

    /// <summary>How the EF is built.</summary>
    public FileStructure Structure => (Coded & 0x3F) switch
    {
        0x39 => FileStructure.BerTlv,
        0x3A => FileStructure.SimpleTlv,
        var low when (low & 0x38) is 0x00 or 0x08 => (FileStructure)(low & 0x07),
        _ => FileStructure.NoInformation,
    };

    /// <summary>An EF of records of one size; data coding 21 (data units of one byte).</summary>
    /// <param name="recordLength">Size of a record in bytes.</param>
    /// <param name="recordCount">Number of records, 1 to 254.</param>
    public static FileDescriptor LinearFixed(ushort recordLength, byte recordCount) => new(0x02, DefaultCoding, recordLength, recordCount);

    /// <summary>An EF of records of various sizes; data coding 21 (data units of one byte).</summary>
    /// <param name="maxRecordLength">The greatest size of a record in bytes.</param>
    /// <param name="recordCount">Number of records, 1 to 254.</param>
    public static FileDescriptor LinearVariable(ushort maxRecordLength, byte recordCount) =>
        new(0x04, DefaultCoding, maxRecordLength, recordCount);

    /// <summary>An EF of records of one size in a ring; data coding 21 (data units of one byte).</summary>
    /// <param name="recordLength">Size of a record in bytes.</param>
    /// <param name="recordCount">Number of records, 1 to 254.</param>
    public static FileDescriptor Cyclic(ushort recordLength, byte recordCount) => new(0x06, DefaultCoding, recordLength, recordCount);

    /// <summary>The value of tag 82. Fields after the first one left out are left out too; the record size takes two bytes.</summary>
    public byte[] ToArray() => this switch
    {
        { DataCoding: null } => [Coded],
        { MaxRecordLength: null } => [Coded, DataCoding.Value],
        { RecordCount: null } => [Coded, DataCoding.Value, .. BigEndian(MaxRecordLength.Value)],
        { RecordCount: <= 0xFF } => [Coded, DataCoding.Value, .. BigEndian(MaxRecordLength.Value), (byte)RecordCount],
        _ => [Coded, DataCoding.Value, .. BigEndian(MaxRecordLength.Value), .. BigEndian(RecordCount.Value)],
    };

    /// <summary>Reads the value of tag 82.</summary>
    /// <param name="value">1 to 6 bytes.</param>
    /// <param name="descriptor">The file descriptor.</param>
    /// <returns>False when the length is not 1 to 6.</returns>
    public static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out FileDescriptor? descriptor)
    {
        var maxRecordLength = value.Length >= 4 ? BinaryPrimitives.ReadUInt16BigEndian(value[2..]) : default;
        descriptor = value.Length switch
        {
            1 => new(value[0]),
            2 => new(value[0], value[1]),
            3 => new(value[0], value[1], value[2]),
            4 => new(value[0], value[1], maxRecordLength),
            5 => new(value[0], value[1], maxRecordLength, value[4]),
            6 => new(value[0], value[1], maxRecordLength, BinaryPrimitives.ReadUInt16BigEndian(value[4..])),
            _ => null,
        };
        return descriptor is not null;
    }

    static byte[] BigEndian(ushort value) => [(byte)(value >> 8), (byte)value];
}
