using System.Text;
using PersoMesh.SmartCard;

namespace PersoMesh.Emv;

/// <summary>How the length of a module or a record is coded.</summary>
public enum RecordLengthCoding
{
    /// <summary>Big-endian binary.</summary>
    BigEndian,

    /// <summary>ASCII decimal digits, filled with zeros on the left.</summary>
    DecimalText,
}

/// <summary>
/// The frame of personalization records: a record is a length and then modules; a module is a module identifier code of fixed width, left
/// justified and filled with spaces, a length, and data. EMV CPS leaves codes and lengths to issuer and bureau; the default is PersoMesh's
/// own choice: 7 characters and 4 binary bytes. Immutable.
/// </summary>
public sealed class PersonalizationRecordFormat
{
    const string Structure = "personalization record";

    /// <summary>Codes of 7 characters, binary lengths of 4 bytes, records of up to 1 MiB.</summary>
    public static readonly PersonalizationRecordFormat Default = new();

    /// <summary>Creates a format.</summary>
    /// <param name="codeLength">Width of the module identifier code in characters, 1 to 7.</param>
    /// <param name="lengthSize">Bytes of a length: 1 to 4 binary, 1 to 9 decimal.</param>
    /// <param name="lengthCoding">How a length is coded.</param>
    /// <param name="maxRecordLength">
    /// The longest record in bytes that is accepted: what a damaged length can make a reader allocate.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public PersonalizationRecordFormat(
        int codeLength = PersonalizationModule.MaxCodeLength,
        int lengthSize = 4,
        RecordLengthCoding lengthCoding = RecordLengthCoding.BigEndian,
        int maxRecordLength = 1 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(codeLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codeLength, PersonalizationModule.MaxCodeLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthSize, lengthCoding == RecordLengthCoding.BigEndian ? 4 : 9);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxRecordLength);
        (CodeLength, LengthSize, LengthCoding, MaxRecordLength) = (codeLength, lengthSize, lengthCoding, maxRecordLength);
    }

    /// <summary>Width of the module identifier code.</summary>
    public int CodeLength { get; }

    /// <summary>Bytes of a length.</summary>
    public int LengthSize { get; }

    /// <summary>How a length is coded.</summary>
    public RecordLengthCoding LengthCoding { get; }

    /// <summary>The longest record in bytes, without its own length.</summary>
    public int MaxRecordLength { get; }

    /// <summary>Parses the modules of one record.</summary>
    /// <param name="data">The record without its length; not copied, so it must not change afterwards.</param>
    /// <exception cref="CardDataException">The data are malformed.</exception>
    public PersonalizationRecord Parse(ReadOnlyMemory<byte> data) => Parse(Structure, data);

    /// <summary>Encodes one record with its length in front.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The record; owned by the caller.</returns>
    /// <exception cref="ArgumentException">A code is wider than the format, or a length does not fit.</exception>
    public byte[] Write(PersonalizationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var headerLength = CodeLength + LengthSize;
        var length = record.Modules.Sum(m => headerLength + m.Data.Length);
        if (length > MaxRecordLength)
            throw new ArgumentException($"The record has {length} bytes, more than the {MaxRecordLength} of the format.", nameof(record));
        var encoded = new byte[LengthSize + length];
        WriteLength(encoded, length);
        var at = LengthSize;
        foreach (var module in record.Modules)
        {
            if (module.Code.Length > CodeLength)
                throw new ArgumentException(
                    $"The code '{module.Code}' is wider than the {CodeLength} characters of the format.", nameof(record));
            encoded.AsSpan(at, CodeLength).Fill((byte)' ');
            Encoding.ASCII.GetBytes(module.Code, encoded.AsSpan(at));
            WriteLength(encoded.AsSpan(at + CodeLength), module.Data.Length);
            module.Data.Span.CopyTo(encoded.AsSpan(at + headerLength));
            at += headerLength + module.Data.Length;
        }

        return encoded;
    }

    internal PersonalizationRecord Parse(string structure, ReadOnlyMemory<byte> data)
    {
        List<PersonalizationModule> modules = [];
        for (var at = 0; at < data.Length;)
        {
            var rest = data.Span[at..];
            if (rest.Length < CodeLength + LengthSize)
                throw new CardDataException(structure, at, "cut off within code and length of a module");
            var code = Encoding.Latin1.GetString(rest[..CodeLength]).TrimEnd(' ');
            if (!PersonalizationModule.IsCode(code))
                throw new CardDataException(structure, at, "the module identifier code is not printable ASCII without spaces inside");
            if (!TryReadLength(rest[CodeLength..], out var length))
                throw new CardDataException(structure, at + CodeLength, "the length of a module is not a number");
            if (length > rest.Length - CodeLength - LengthSize)
                throw new CardDataException(structure, at + CodeLength, "the length of a module goes beyond the end of the record");
            modules.Add(new(code, data.Slice(at + CodeLength + LengthSize, (int)length)));
            at += CodeLength + LengthSize + (int)length;
        }

        return new PersonalizationRecord(modules);
    }

    internal bool TryReadLength(ReadOnlySpan<byte> data, out uint length)
    {
        length = 0;
        foreach (var b in data[..LengthSize])
        {
            if (LengthCoding == RecordLengthCoding.DecimalText && b is < (byte)'0' or > (byte)'9')
                return false;
            length = LengthCoding == RecordLengthCoding.BigEndian ? (length << 8) | b : (length * 10) + b - '0';
        }

        return true;
    }

    void WriteLength(Span<byte> destination, int length)
    {
        var rest = length;
        for (var i = LengthSize - 1; i >= 0; i--)
        {
            destination[i] = LengthCoding == RecordLengthCoding.BigEndian ? (byte)rest : (byte)('0' + (rest % 10));
            rest = LengthCoding == RecordLengthCoding.BigEndian ? rest >> 8 : rest / 10;
        }

        if (rest != 0)
            throw new ArgumentException($"{length} is too much for a length of {LengthSize} bytes.", nameof(length));
    }
}
