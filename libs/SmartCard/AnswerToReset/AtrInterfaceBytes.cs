namespace PersoMesh.SmartCard.AnswerToReset;

/// <summary>One group of interface bytes of an answer-to-reset (ISO/IEC 7816-3 §8.2.2); null where the card sent none.</summary>
/// <param name="Index">The group's number i, from 1.</param>
/// <param name="Protocol">T of the TD that announced the group; null for the first, which T0 announced.</param>
/// <param name="Ta">TAi.</param>
/// <param name="Tb">TBi; of the first two groups obsolete (programming voltage).</param>
/// <param name="Tc">TCi.</param>
/// <param name="Td">TDi: a protocol in the low nibble, and what follows in the high one.</param>
public sealed record AtrInterfaceBytes(int Index, int? Protocol, byte? Ta, byte? Tb, byte? Tc, byte? Td);

/// <summary>What TA1 offers (ISO/IEC 7816-3 §8.3, tables 7 and 8); null where the value is reserved.</summary>
/// <param name="ClockRateConversion">Fi.</param>
/// <param name="BaudRateAdjustment">Di. One etu lasts Fi / (Di · f) seconds.</param>
/// <param name="MaxClockMegahertz">The highest clock frequency f that the card takes.</param>
public sealed record AtrTransmissionFactors(int? ClockRateConversion, int? BaudRateAdjustment, double? MaxClockMegahertz)
{
    internal const byte Default = 0x11;

    static ReadOnlySpan<short> Fi => [372, 372, 558, 744, 1116, 1488, 1860, 0, 0, 512, 768, 1024, 1536, 2048, 0, 0];

    static ReadOnlySpan<double> Clock => [4, 5, 6, 8, 12, 16, 20, 0, 0, 5, 7.5, 10, 15, 20, 0, 0];

    static ReadOnlySpan<short> Di => [0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0];

    internal static AtrTransmissionFactors From(byte ta1)
    {
        var (high, low) = (ta1 >> 4, ta1 & 0x0F);
        return new(
            Fi[high] is > 0 and var fi ? fi : null,
            Di[low] is > 0 and var di ? di : null,
            Clock[high] is > 0 and var clock ? clock : null);
    }
}

/// <summary>The specific mode that TA2 asks for (ISO/IEC 7816-3 §8.3): the reader must use this protocol and may not negotiate.</summary>
/// <param name="Coded">TA2.</param>
public readonly record struct AtrSpecificMode(byte Coded)
{
    /// <summary>T of the protocol to use.</summary>
    public int Protocol => Coded & 0x0F;

    /// <summary>True when the card can change to negotiable mode at a warm reset.</summary>
    public bool CanChange => (Coded & 0x80) == 0;

    /// <summary>True when the reader has to know Fi and Di beforehand; false when TA1 tells them.</summary>
    public bool HasImplicitFactors => (Coded & 0x10) != 0;
}

/// <summary>What a card says of T=1 (ISO/IEC 7816-3 §11.4), with the standard's defaults for what it does not say.</summary>
/// <param name="InformationFieldSize">
/// IFSC: the longest information field, in bytes, that the card takes; 32 by default. Null when reserved (00, FF).
/// </param>
/// <param name="BlockWaitingInteger">BWI, 4 by default.</param>
/// <param name="CharacterWaitingInteger">CWI, 13 by default.</param>
/// <param name="UsesCrc">True for CRC, false for LRC (default).</param>
public readonly record struct AtrBlockProtocol(
    int? InformationFieldSize, int BlockWaitingInteger, int CharacterWaitingInteger, bool UsesCrc)
{
    internal static AtrBlockProtocol From(AtrInterfaceBytes? group)
    {
        var (ta, tb, tc) = (group?.Ta ?? 32, group?.Tb ?? 0x4D, group?.Tc ?? 0);
        return new(ta is 0x00 or 0xFF ? null : ta, tb >> 4, tb & 0x0F, (tc & 0x01) != 0);
    }
}

/// <summary>Classes of operating conditions, as in the first TA for T=15 (ISO/IEC 7816-3 §8.3).</summary>
[Flags]
public enum AtrVoltageClasses
{
    /// <summary>None said.</summary>
    None = 0,

    /// <summary>Class A: 5 V.</summary>
    A = 1,

    /// <summary>Class B: 3 V.</summary>
    B = 2,

    /// <summary>Class C: 1.8 V.</summary>
    C = 4,
}
