namespace PersoMesh.CardSimulator;

/// <summary>A command APDU as the card sees it (ISO/IEC 7816-4 §5.1), parsed or with its secure messaging taken off.</summary>
/// <param name="Cla">Class byte.</param>
/// <param name="Ins">Instruction byte.</param>
/// <param name="P1">Parameter 1.</param>
/// <param name="P2">Parameter 2.</param>
/// <param name="Data">Command data field.</param>
/// <param name="Ne">Bytes that the Le field asks for; null without one (cases 1 and 3).</param>
/// <param name="IsExtended">True when the length fields were in the extended form.</param>
readonly record struct CardCommand(byte Cla, byte Ins, byte P1, byte P2, byte[] Data, int? Ne, bool IsExtended)
{
    const byte SecureMessagingBit = 0x04;

    /// <summary>Secure messaging in the proprietary format of GlobalPlatform (GPC 2.3.1 §11.1.4).</summary>
    public bool IsSecured => (Cla & SecureMessagingBit) != 0;

    /// <summary>Only the basic logical channel exists on this card.</summary>
    public bool UsesOtherLogicalChannel => (Cla & 0x43) != 0;

    public byte PlainCla => (byte)(Cla & ~SecureMessagingBit);

    public ushort P1P2 => (ushort)(P1 << 8 | P2);

    /// <summary>Parses a command.</summary>
    /// <returns>False when the length fields contradict the number of bytes (6700).</returns>
    public static bool TryParse(ReadOnlySpan<byte> apdu, out CardCommand command)
    {
        command = default;
        if (apdu.Length < 4)
            return false;
        var (nc, start, hasLe, extended) = apdu.Length switch
        {
            4 => (0, 4, false, false),
            5 => (0, 5, true, false),
            7 when apdu[4] == 0 => (0, 7, true, true),
            > 7 when apdu[4] == 0 => (apdu[5] << 8 | apdu[6], 7, apdu.Length > 7 + (apdu[5] << 8 | apdu[6]), true),
            _ => (apdu[4], 5, apdu.Length > 5 + apdu[4], false),
        };
        var leLength = !hasLe || nc == 0 ? 0 : extended ? 2 : 1;
        if (apdu.Length != start + nc + leLength || (nc == 0 && start > 4 && !hasLe))
            return false;
        var le = !hasLe ? 0 : extended ? apdu[^2] << 8 | apdu[^1] : apdu[^1];
        int? ne = !hasLe ? null : le > 0 ? le : extended ? 65_536 : 256;
        command = new(apdu[0], apdu[1], apdu[2], apdu[3], nc == 0 ? [] : apdu.Slice(start, nc).ToArray(), ne, extended);
        return true;
    }
}
