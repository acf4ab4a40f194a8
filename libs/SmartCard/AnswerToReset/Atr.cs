using System.Diagnostics.CodeAnalysis;

namespace PersoMesh.SmartCard.AnswerToReset;

/// <summary>How the card codes bits on the line, told by the initial character TS (ISO/IEC 7816-3 §8.1).</summary>
public enum AtrConvention
{
    /// <summary>TS = 3B.</summary>
    Direct,

    /// <summary>TS = 3F; the bytes of an ATR from a reader are already turned round.</summary>
    Inverse,
}

/// <summary>What is to be said of the check character TCK (ISO/IEC 7816-3 §8.2.5).</summary>
public enum AtrChecksum
{
    /// <summary>Not there and not needed: the card offers T=0 only.</summary>
    NotUsed,

    /// <summary>There, and the exclusive-or from T0 to TCK is zero.</summary>
    Correct,

    /// <summary>There, and wrong.</summary>
    Wrong,

    /// <summary>Not there although the card offers more than T=0.</summary>
    Missing,
}

/// <summary>
/// An answer-to-reset taken apart (ISO/IEC 7816-3 §8). Values that the standard reserves are kept as they are and give null where they
/// would be interpreted. A wrong or missing checksum is reported, not refused: the reader has accepted the card before.
/// </summary>
public sealed class Atr
{
    /// <summary>The longest answer-to-reset in bytes: TS and 32 more.</summary>
    public const int MaxLength = 33;

    const string Structure = "ATR";

    readonly byte[] _bytes;
    readonly List<AtrInterfaceBytes> _groups = [];

    Atr(byte[] bytes) => _bytes = bytes;

    /// <summary>All bytes from TS to TCK.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The coding convention.</summary>
    public AtrConvention Convention => _bytes[0] == 0x3F ? AtrConvention.Inverse : AtrConvention.Direct;

    /// <summary>
    /// The interface bytes in groups: the first is announced by T0, each other one by the TD of the group before. Never empty.
    /// </summary>
    public IReadOnlyList<AtrInterfaceBytes> InterfaceBytes => _groups;

    /// <summary>The historical bytes; 0 to 15.</summary>
    public HistoricalBytes HistoricalBytes { get; private set; } = HistoricalBytes.None;

    /// <summary>What is to be said of TCK.</summary>
    public AtrChecksum Checksum { get; private set; }

    /// <summary>The protocols that the card offers (0 to 14), its first choice first and each once: T=0 when it says nothing.</summary>
    public IReadOnlyList<int> Protocols { get; private set; } = [0];

    /// <summary>What TA1 offers: clock, bit rate; the default values 372, 1 and 5 MHz when there is no TA1.</summary>
    public AtrTransmissionFactors Factors => AtrTransmissionFactors.From(_groups[0].Ta ?? AtrTransmissionFactors.Default);

    /// <summary>
    /// Extra guard time N of TC1 in etu, 0 to 254; 255 stands for the shortest that the protocol allows. 0 when there is no TC1.
    /// </summary>
    public byte ExtraGuardTime => _groups[0].Tc ?? 0;

    /// <summary>What TA2 says, or null: without TA2 the reader may negotiate (PPS).</summary>
    public AtrSpecificMode? SpecificMode => Group(2)?.Ta is { } ta2 ? new(ta2) : null;

    /// <summary>Waiting time integer WI of T=0: TC2, or 10. Null when T=0 is not offered.</summary>
    public int? WaitingTimeInteger => !Protocols.Contains(0) ? null : Group(2)?.Tc ?? 10;

    /// <summary>What the card says of T=1, or null when T=1 is not offered.</summary>
    public AtrBlockProtocol? BlockProtocol => Protocols.Contains(1) ? AtrBlockProtocol.From(FirstGroupOf(1)) : null;

    /// <summary>
    /// The supply voltages that the card says it accepts (first TA for T=15), or null when it says nothing: then it is class A.
    /// </summary>
    public AtrVoltageClasses? VoltageClasses => FirstGroupOf(15)?.Ta is { } ta ? (AtrVoltageClasses)(ta & 0x3F) : null;

    /// <summary>Takes an answer-to-reset apart.</summary>
    /// <param name="bytes">TS to TCK as a reader reports them; copied.</param>
    /// <param name="atr">The answer-to-reset.</param>
    /// <returns>False when TS is neither 3B nor 3F, or the bytes do not end where they say they do.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Atr? atr) => Read(bytes, out atr) is null;

    /// <summary>Takes an answer-to-reset apart.</summary>
    /// <param name="bytes">TS to TCK as a reader reports them; copied.</param>
    /// <exception cref="CardDataException">TS is neither 3B nor 3F, or the bytes do not end where they say they do.</exception>
    public static Atr Parse(ReadOnlySpan<byte> bytes) => Read(bytes, out var atr) is { } error ? throw error.ToException() : atr!;

    /// <summary>The bytes as hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexString(_bytes);

    static CardDataError? Read(ReadOnlySpan<byte> bytes, out Atr? atr)
    {
        atr = null;
        if (bytes.Length is < 2 or > MaxLength)
            return new(Structure, Math.Min(bytes.Length, MaxLength), $"not 2 to {MaxLength} bytes long");
        if (bytes[0] is not (0x3B or 0x3F))
            return new(Structure, 0, "TS is neither 3B nor 3F");

        var parsed = new Atr(bytes.ToArray());
        var at = parsed.ReadInterfaceBytes();
        if (at < 0)
            return new(Structure, bytes.Length, "cut off within the interface bytes");
        var end = at + (bytes[1] & 0x0F);
        if (end > bytes.Length)
            return new(Structure, bytes.Length, "cut off within the historical bytes");
        if (bytes.Length - end > 1)
            return new(Structure, end + 1, "goes on after TCK");

        parsed.HistoricalBytes = new HistoricalBytes(parsed._bytes.AsMemory(at..end));
        parsed.Protocols = parsed.ReadProtocols();
        parsed.Checksum = parsed.Check(hasTck: bytes.Length > end);
        atr = parsed;
        return null;
    }

    // T0 and each TD say in their high nibble which bytes of the next group follow (ISO/IEC 7816-3 §8.2.2).
    int ReadInterfaceBytes()
    {
        var at = 2;
        int next = _bytes[1];
        for (var index = 1; ; index++)
        {
            var present = next >> 4;
            if (at + int.PopCount(present) > _bytes.Length)
                return -1;
            var protocol = index == 1 ? (int?)null : next & 0x0F;
            var group = new AtrInterfaceBytes(index, protocol, Take(1), Take(2), Take(4), Take(8));
            if (index == 1 || present != 0)
                _groups.Add(group);
            if (group.Td is not { } td)
                return at;
            next = td;

            byte? Take(int bit) => (present & bit) != 0 ? _bytes[at++] : null;
        }
    }

    // T=15 is no protocol: it marks global interface bytes.
    int[] ReadProtocols()
    {
        int[] offered = [.. _groups.Where(g => g.Td is not null).Select(g => g.Td!.Value & 0x0F).Distinct().Where(t => t != 15)];
        return offered is [] ? [0] : offered;
    }

    // TCK may be left out only when T=0 and nothing else is indicated; T=15 counts as something else.
    AtrChecksum Check(bool hasTck)
    {
        if (!hasTck)
            return _groups.TrueForAll(group => ((group.Td ?? 0) & 0x0F) == 0) ? AtrChecksum.NotUsed : AtrChecksum.Missing;
        return _bytes.Skip(1).Aggregate(0, (sum, b) => sum ^ b) == 0 ? AtrChecksum.Correct : AtrChecksum.Wrong;
    }

    AtrInterfaceBytes? Group(int index) => index <= _groups.Count ? _groups[index - 1] : null;

    // Bytes of groups 1 and 2 are global; from the third group on they belong to the protocol of the TD before (ISO/IEC 7816-3 §8.2.3).
    AtrInterfaceBytes? FirstGroupOf(int protocol)
    {
        foreach (var group in _groups)
        {
            if (group.Index > 2 && group.Protocol == protocol)
                return group;
        }

        return null;
    }
}
