namespace PersoMesh.FileSystemCard;

/// <summary>Status words of ISO/IEC 7816-4 §5.1.3 that this card uses.</summary>
static class StatusWord
{
    public const ushort Ok = 0x9000;
    public const ushort EndOfFile = 0x6282;
    public const ushort TriesLeft = 0x63C0;
    public const ushort WrongLength = 0x6700;
    public const ushort LogicalChannelNotSupported = 0x6881;
    public const ushort SecureMessagingNotSupported = 0x6882;
    public const ushort WrongFileStructure = 0x6981;
    public const ushort SecurityStatusNotSatisfied = 0x6982;
    public const ushort AuthenticationBlocked = 0x6983;
    public const ushort ReferenceDataNotUsable = 0x6984;
    public const ushort ConditionsNotSatisfied = 0x6985;
    public const ushort NoCurrentFile = 0x6986;
    public const ushort WrongData = 0x6A80;
    public const ushort FunctionNotSupported = 0x6A81;
    public const ushort FileNotFound = 0x6A82;
    public const ushort RecordNotFound = 0x6A83;
    public const ushort NotEnoughMemory = 0x6A84;
    public const ushort WrongP1P2 = 0x6A86;
    public const ushort ReferenceNotFound = 0x6A88;
    public const ushort FileAlreadyExists = 0x6A89;
    public const ushort DfNameAlreadyExists = 0x6A8A;
    public const ushort WrongOffset = 0x6B00;
    public const ushort InstructionNotSupported = 0x6D00;
    public const ushort ClassNotSupported = 0x6E00;
}

/// <summary>Ends the processing of a command with a status word. Never leaves <see cref="SimulatedFileSystemCard.Transmit"/>.</summary>
sealed class CardStatusException(ushort status) : Exception
{
    public ushort Status { get; } = status;

    public static void ThrowIf(bool condition, ushort status)
    {
        if (condition)
            throw new CardStatusException(status);
    }
}
