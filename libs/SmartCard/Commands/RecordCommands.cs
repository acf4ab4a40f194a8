namespace PersoMesh.SmartCard.Commands;

/// <summary>
/// Commands on EFs with records (ISO/IEC 7816-4 §7.3), class 00. The builders make commands and send nothing. A short EF identifier of 0
/// is the current EF; another one becomes the current EF. Command data are not copied.
/// </summary>
public static class RecordCommands
{
    const byte ReadIns = 0xB2;
    const byte WriteIns = 0xD2;
    const byte UpdateIns = 0xDC;
    const byte AppendIns = 0xE2;

    /// <summary>READ RECORD: one record by its number.</summary>
    /// <param name="number">Record number, 1 to 254; 0 for the current record.</param>
    /// <param name="sfi">Short EF identifier, 1 to 30, or 0 for the current EF.</param>
    /// <param name="length">How many bytes at most; 256 for all that there are.</param>
    public static CommandApdu Read(int number, int sfi = 0, int length = 256) => ByNumber(ReadIns, number, sfi, 0x04, default, length);

    /// <summary>READ RECORD: all records from a number to the last.</summary>
    /// <param name="number">Record number, 1 to 254.</param>
    /// <param name="sfi">Short EF identifier, 1 to 30, or 0 for the current EF.</param>
    /// <param name="length">How many bytes at most; 256 for all that fit a short response.</param>
    public static CommandApdu ReadFrom(int number, int sfi = 0, int length = 256) => ByNumber(ReadIns, number, sfi, 0x05, default, length);

    /// <summary>READ RECORD: relative to the current record.</summary>
    /// <param name="occurrence">Which one.</param>
    /// <param name="sfi">Short EF identifier, 1 to 30, or 0 for the current EF.</param>
    /// <param name="length">How many bytes at most; 256 for all that there are.</param>
    public static CommandApdu Read(Occurrence occurrence, int sfi = 0, int length = 256) =>
        ByNumber(ReadIns, 0, sfi, (byte)occurrence, default, length);

    /// <summary>UPDATE RECORD: one record by its number.</summary>
    /// <param name="number">Record number, 1 to 254; 0 for the current record.</param>
    /// <param name="data">The whole record.</param>
    /// <param name="sfi">Short EF identifier, 1 to 30, or 0 for the current EF.</param>
    public static CommandApdu Update(int number, ReadOnlyMemory<byte> data, int sfi = 0) => ByNumber(UpdateIns, number, sfi, 0x04, data);

    /// <summary>UPDATE RECORD: relative to the current record. In a cyclic EF only <see cref="Occurrence.Previous"/> is possible.</summary>
    /// <param name="occurrence">Which one.</param>
    /// <param name="data">The whole record.</param>
    /// <param name="sfi">Short EF identifier, 1 to 30, or 0 for the current EF.</param>
    public static CommandApdu Update(Occurrence occurrence, ReadOnlyMemory<byte> data, int sfi = 0) =>
        ByNumber(UpdateIns, 0, sfi, (byte)occurrence, data);

    /// <summary>WRITE RECORD: once, or combined with what is there, as the data coding byte says.</summary>
    /// <param name="number">Record number, 1 to 254; 0 for the current record.</param>
    /// <param name="data">The whole record.</param>
    /// <param name="sfi">Short EF identifier, 1 to 30, or 0 for the current EF.</param>
    public static CommandApdu Write(int number, ReadOnlyMemory<byte> data, int sfi = 0) => ByNumber(WriteIns, number, sfi, 0x04, data);

    /// <summary>APPEND RECORD: adds a record at the end, or overwrites the oldest one of a cyclic EF.</summary>
    /// <param name="data">The whole record.</param>
    /// <param name="sfi">Short EF identifier, 1 to 30, or 0 for the current EF.</param>
    public static CommandApdu Append(ReadOnlyMemory<byte> data, int sfi = 0) => ByNumber(AppendIns, 0, sfi, 0x00, data);

    static CommandApdu ByNumber(byte ins, int number, int sfi, byte mode, ReadOnlyMemory<byte> data, int? ne = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 254);
        ArgumentOutOfRangeException.ThrowIfNegative(sfi);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sfi, 30);
        return new(0x00, ins, (byte)number, (byte)((sfi << 3) | mode), data, ne);
    }
}
