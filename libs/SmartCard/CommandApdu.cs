using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.SmartCard;

/// <summary>
/// A command APDU of ISO/IEC 7816-4 §5.1: header CLA INS P1 P2, optional command data (Nc bytes) and optional
/// expected response length (Ne). Immutable.
/// </summary>
public sealed class CommandApdu
{
    const string Structure = "command APDU";

    /// <summary>Creates a command.</summary>
    /// <param name="cla">Class byte.</param>
    /// <param name="ins">Instruction byte.</param>
    /// <param name="p1">Parameter 1.</param>
    /// <param name="p2">Parameter 2.</param>
    /// <param name="data">Command data, 0 to 65,535 bytes. Not copied: the caller must not change it afterwards.</param>
    /// <param name="ne">Maximum length of response data: null = none expected, 1 to 65,536; 256 is coded as Le = 00.</param>
    /// <exception cref="ArgumentOutOfRangeException">Data or Ne too long.</exception>
    public CommandApdu(byte cla, byte ins, byte p1, byte p2, ReadOnlyMemory<byte> data = default, int? ne = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, 65_535, nameof(data));
        if (ne is < 1 or > 65_536)
            throw new ArgumentOutOfRangeException(nameof(ne), ne, "Ne is 1 to 65,536 bytes, or null for none.");
        (Cla, Ins, P1, P2, Data, Ne) = (cla, ins, p1, p2, data, ne);
    }

    /// <summary>Class byte.</summary>
    public byte Cla { get; }

    /// <summary>Instruction byte.</summary>
    public byte Ins { get; }

    /// <summary>Parameter 1.</summary>
    public byte P1 { get; }

    /// <summary>Parameter 2.</summary>
    public byte P2 { get; }

    /// <summary>Command data (Nc bytes); empty when there is none.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Maximum length of the response data in bytes, or null when none is expected (cases 1 and 3).</summary>
    public int? Ne { get; }

    /// <summary>The four header bytes as hexadecimal digits: what may be logged of a command.</summary>
    public string Header => $"{Cla:X2}{Ins:X2}{P1:X2}{P2:X2}";

    /// <summary>True when Lc or Le does not fit into one byte, so both are coded in the extended form.</summary>
    public bool IsExtended => Data.Length > 255 || Ne > 256;

    /// <summary>The encoded command: short form where it fits, extended form otherwise.</summary>
    public byte[] ToArray()
    {
        var result = new byte[EncodedLength];
        Write(result);
        return result;
    }

    /// <summary>Length in bytes of the encoded command.</summary>
    public int EncodedLength => 4 + (IsExtended
        ? (Data.Length > 0 ? 3 + Data.Length : 0) + (Ne is null ? 0 : Data.Length > 0 ? 2 : 3)
        : (Data.Length > 0 ? 1 + Data.Length : 0) + (Ne is null ? 0 : 1));

    /// <summary>Writes the encoded command.</summary>
    /// <param name="destination">At least <see cref="EncodedLength"/> bytes; owned by the caller.</param>
    /// <returns>The number of bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        destination[0] = Cla;
        destination[1] = Ins;
        destination[2] = P1;
        destination[3] = P2;
        var at = 4;
        if (Data.Length > 0)
        {
            if (IsExtended)
            {
                destination[at++] = 0;
                destination[at++] = (byte)(Data.Length >> 8);
            }

            destination[at++] = (byte)Data.Length;
            Data.Span.CopyTo(destination[at..]);
            at += Data.Length;
        }

        if (Ne is { } ne)
        {
            if (IsExtended)
            {
                if (Data.Length == 0)
                    destination[at++] = 0;
                destination[at++] = (byte)(ne >> 8);
            }

            destination[at++] = (byte)ne;
        }

        return at;
    }

    /// <summary>The same command with another expected response length; shares the data.</summary>
    /// <param name="ne">As in the constructor.</param>
    /// <exception cref="ArgumentOutOfRangeException">Ne is not null and not 1 to 65,536.</exception>
    public CommandApdu WithNe(int? ne) => new(Cla, Ins, P1, P2, Data, ne);

    /// <summary>Reads an encoded command, short or extended, cases 1 to 4 (ISO/IEC 7816-3 §12.1.3).</summary>
    /// <param name="encoded">The whole command and nothing more; not copied, so it must not change afterwards.</param>
    /// <param name="command">
    /// The command. That a length which fits into one byte came in the extended form is not kept: <see cref="ToArray"/> uses the short one.
    /// </param>
    /// <returns>False when the lengths do not add up.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> encoded, [NotNullWhen(true)] out CommandApdu? command) =>
        Read(encoded, out command) is null;

    /// <summary>Reads an encoded command like <see cref="TryParse"/>.</summary>
    /// <param name="encoded">The whole command and nothing more; not copied, so it must not change afterwards.</param>
    /// <exception cref="CardDataException">The lengths do not add up.</exception>
    public static CommandApdu Parse(ReadOnlyMemory<byte> encoded) =>
        Read(encoded, out var command) is { } error ? throw error.ToException() : command!;

    static CardDataError? Read(ReadOnlyMemory<byte> encoded, out CommandApdu? command)
    {
        command = null;
        var bytes = encoded.Span;
        if (bytes.Length < 4)
            return new(Structure, bytes.Length, "shorter than the header of four bytes");

        var (lcLength, nc, leLength) = (bytes.Length, bytes.Length > 4 ? bytes[4] : 0) switch
        {
            (4, _) => (0, 0, 0),
            (5, _) => (0, 0, 1),
            (7, 0) => (0, 0, 3),
            ( > 7, 0) => WithData(bytes.Length, 3, BinaryPrimitives.ReadUInt16BigEndian(bytes[5..]), 2),
            (_, 0) => (-1, 0, 0),
            var (length, lc) => WithData(length, 1, lc, 1),
        };
        if (lcLength < 0)
            return new(Structure, 4, "Lc, Le and the number of bytes do not add up");

        var data = encoded.Slice(4 + lcLength, nc);
        command = new CommandApdu(bytes[0], bytes[1], bytes[2], bytes[3], data, leLength == 0 ? null : ReadNe(bytes[^leLength..]));
        return null;
    }

    // A command with data ends after it (case 3) or after a Le of the same kind as its Lc (case 4).
    static (int LcLength, int Nc, int LeLength) WithData(int total, int lcLength, int nc, int leLength)
    {
        var rest = total - 4 - lcLength - nc;
        return nc > 0 && (rest == 0 || rest == leLength) ? (lcLength, nc, rest) : (-1, 0, 0);
    }

    // Le of all zeros is the greatest length of its kind; the third byte of case 2 extended is a leading 00.
    static int ReadNe(ReadOnlySpan<byte> le) => le.Length == 1
        ? le[0] == 0 ? 256 : le[0]
        : BinaryPrimitives.ReadUInt16BigEndian(le[^2..]) is > 0 and var ne ? ne : 65_536;

    /// <summary>Header, lengths, no data.</summary>
    public override string ToString() => $"{Header} Nc={Data.Length} Ne={Ne?.ToString() ?? "-"}";
}
