using System.Buffers.Binary;

namespace PersoMesh.SmartCard.AnswerToReset;

/// <summary>A COMPACT-TLV data object of the historical bytes (ISO/IEC 7816-4 §8.1.1.2): tag and length share a byte.</summary>
/// <param name="Tag">The high nibble: n stands for the interindustry tag 4n.</param>
/// <param name="Value">0 to 15 bytes.</param>
public readonly record struct CompactTlv(byte Tag, ReadOnlyMemory<byte> Value);

/// <summary>
/// The historical bytes of a card (ISO/IEC 7816-4 §8.1.1): free text of the manufacturer, or data objects that tell what the card can do.
/// Never refused: what does not follow the standard has no data objects.
/// </summary>
public sealed class HistoricalBytes
{
    const int CardService = 0x3;
    const int Capabilities = 0x7;
    const int StatusIndicator = 0x8;

    internal static readonly HistoricalBytes None = new(default);

    internal HistoricalBytes(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Objects = [];
        var isTrailed = Category == 0x00;
        IsStandard = (Category == 0x80 || (isTrailed && bytes.Length >= 4)) && ReadObjects(isTrailed ? bytes[1..^3] : bytes[1..]);
        if (!IsStandard)
            return;
        if (isTrailed)
            ReadStatus(bytes.Span[^3..]);
        else if (Find(StatusIndicator) is { } status)
            ReadStatus(status.Span);
    }

    /// <summary>The bytes, 0 to 15.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>
    /// The first byte: 00, 80 (data objects) or 10 (reference to EF.DIR); others are proprietary. Null when there are none.
    /// </summary>
    public byte? Category => Bytes.IsEmpty ? null : Bytes.Span[0];

    /// <summary>True when the category is 00 or 80 and the data objects fill the bytes as they should.</summary>
    public bool IsStandard { get; }

    /// <summary>The data objects; none when <see cref="IsStandard"/> is false.</summary>
    public IReadOnlyList<CompactTlv> Objects { get; private set; }

    /// <summary>Life cycle status byte, coded as in <see cref="FileSystem.LifeCycleStatus"/>; null when not said.</summary>
    public byte? LifeCycle { get; private set; }

    /// <summary>The status word that the card reports of its reset; null when not said.</summary>
    public ushort? StatusWord { get; private set; }

    /// <summary>
    /// Card service data (ISO/IEC 7816-4 §8.1.1.2.3): how applications are selected, whether there is an MF; null when not said.
    /// </summary>
    public byte? CardServiceData => Find(CardService) is { Length: 1 } value ? value.Span[0] : null;

    /// <summary>Card capabilities (ISO/IEC 7816-4 §8.1.1.2.7); null when not said.</summary>
    public CardCapabilities? CardCapabilities => Find(Capabilities) is { Length: >= 1 and <= 3 } value ? new CardCapabilities(value) : null;

    ReadOnlyMemory<byte>? Find(int tag)
    {
        foreach (var found in Objects)
        {
            if (found.Tag == tag)
                return found.Value;
        }

        return null;
    }

    bool ReadObjects(ReadOnlyMemory<byte> data)
    {
        List<CompactTlv> objects = [];
        while (!data.IsEmpty)
        {
            var header = data.Span[0];
            var length = header & 0x0F;
            if (length >= data.Length)
                return false;
            objects.Add(new((byte)(header >> 4), data.Slice(1, length)));
            data = data[(1 + length)..];
        }

        Objects = objects;
        return true;
    }

    // One byte is the life cycle, two are the status word, three are both.
    void ReadStatus(ReadOnlySpan<byte> status)
    {
        if (status.Length is 1 or 3)
            LifeCycle = status[0];
        if (status.Length is 2 or 3)
            StatusWord = BinaryPrimitives.ReadUInt16BigEndian(status[^2..]);
    }
}

/// <summary>
/// The three software function tables of the card capabilities (ISO/IEC 7816-4 §8.1.1.2.7); a card may leave out the later ones.
/// </summary>
/// <param name="Coded">1 to 3 bytes.</param>
public readonly record struct CardCapabilities(ReadOnlyMemory<byte> Coded)
{
    /// <summary>First table: how DFs are selected.</summary>
    public byte SelectionMethods => Coded.Span[0];

    /// <summary>Second table: behaviour of writes, size of data units; null when left out.</summary>
    public byte? DataCoding => Coded.Length > 1 ? Coded.Span[1] : null;

    /// <summary>True when the card takes chained commands (CLA b5).</summary>
    public bool SupportsCommandChaining => (Third & 0x80) != 0;

    /// <summary>True when the card takes extended Lc and Le.</summary>
    public bool SupportsExtendedLength => (Third & 0x40) != 0;

    /// <summary>How many logical channels the card has; 8 stands for eight or more. 1 when left out.</summary>
    public int LogicalChannels => 1 + (Third & 0x07);

    byte Third => Coded.Length > 2 ? Coded.Span[2] : (byte)0;
}
