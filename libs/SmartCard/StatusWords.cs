namespace PersoMesh.SmartCard;

/// <summary>Status words SW1‖SW2 of ISO/IEC 7816-4 §5.1.3 and what they mean.</summary>
public static class StatusWords
{
    /// <summary>9000.</summary>
    public const ushort Success = 0x9000;

    /// <summary>6281.</summary>
    public const ushort DataMayBeCorrupted = 0x6281;

    /// <summary>6282.</summary>
    public const ushort EndOfFileReached = 0x6282;

    /// <summary>6283: the selected file, or the card, is deactivated.</summary>
    public const ushort FileDeactivated = 0x6283;

    /// <summary>6284.</summary>
    public const ushort FileControlInformationMalformed = 0x6284;

    /// <summary>6285.</summary>
    public const ushort FileTerminated = 0x6285;

    /// <summary>6300.</summary>
    public const ushort VerificationFailed = 0x6300;

    /// <summary>6381.</summary>
    public const ushort FileFilledUp = 0x6381;

    /// <summary>6400.</summary>
    public const ushort ExecutionError = 0x6400;

    /// <summary>6581.</summary>
    public const ushort MemoryFailure = 0x6581;

    /// <summary>6700.</summary>
    public const ushort WrongLength = 0x6700;

    /// <summary>6881.</summary>
    public const ushort LogicalChannelNotSupported = 0x6881;

    /// <summary>6882.</summary>
    public const ushort SecureMessagingNotSupported = 0x6882;

    /// <summary>6883.</summary>
    public const ushort LastCommandOfChainExpected = 0x6883;

    /// <summary>6884.</summary>
    public const ushort ChainingNotSupported = 0x6884;

    /// <summary>6981.</summary>
    public const ushort IncompatibleFileStructure = 0x6981;

    /// <summary>6982.</summary>
    public const ushort SecurityStatusNotSatisfied = 0x6982;

    /// <summary>6983.</summary>
    public const ushort AuthenticationMethodBlocked = 0x6983;

    /// <summary>6984.</summary>
    public const ushort ReferenceDataNotUsable = 0x6984;

    /// <summary>6985.</summary>
    public const ushort ConditionsOfUseNotSatisfied = 0x6985;

    /// <summary>6986.</summary>
    public const ushort NoCurrentFile = 0x6986;

    /// <summary>6987.</summary>
    public const ushort SecureMessagingObjectMissing = 0x6987;

    /// <summary>6988.</summary>
    public const ushort SecureMessagingObjectIncorrect = 0x6988;

    /// <summary>6A80.</summary>
    public const ushort IncorrectData = 0x6A80;

    /// <summary>6A81.</summary>
    public const ushort FunctionNotSupported = 0x6A81;

    /// <summary>6A82.</summary>
    public const ushort FileNotFound = 0x6A82;

    /// <summary>6A83.</summary>
    public const ushort RecordNotFound = 0x6A83;

    /// <summary>6A84.</summary>
    public const ushort NotEnoughMemory = 0x6A84;

    /// <summary>6A85.</summary>
    public const ushort LengthInconsistentWithTlv = 0x6A85;

    /// <summary>6A86.</summary>
    public const ushort IncorrectParameters = 0x6A86;

    /// <summary>6A87.</summary>
    public const ushort LengthInconsistentWithParameters = 0x6A87;

    /// <summary>6A88.</summary>
    public const ushort ReferencedDataNotFound = 0x6A88;

    /// <summary>6A89.</summary>
    public const ushort FileAlreadyExists = 0x6A89;

    /// <summary>6A8A.</summary>
    public const ushort DfNameAlreadyExists = 0x6A8A;

    /// <summary>6B00.</summary>
    public const ushort WrongParameters = 0x6B00;

    /// <summary>6D00.</summary>
    public const ushort InstructionNotSupported = 0x6D00;

    /// <summary>6E00.</summary>
    public const ushort ClassNotSupported = 0x6E00;

    /// <summary>6F00.</summary>
    public const ushort NoPreciseDiagnosis = 0x6F00;

    /// <summary>True for 62xx and 63xx: the command was executed, with a reservation.</summary>
    /// <param name="statusWord">SW1 in the high byte.</param>
    public static bool IsWarning(ushort statusWord) => (statusWord >> 8) is 0x62 or 0x63;

    /// <summary>True for 64xx to 6Fxx: the command was not, or not wholly, executed.</summary>
    /// <param name="statusWord">SW1 in the high byte.</param>
    public static bool IsError(ushort statusWord) => (statusWord >> 8) is >= 0x64 and <= 0x6F;

    /// <summary>Reads the counter of 63Cx: how many tries are left before the reference data is blocked.</summary>
    /// <param name="statusWord">SW1 in the high byte.</param>
    /// <param name="tries">0 to 15.</param>
    /// <returns>False when the status word is not 63Cx.</returns>
    public static bool TryGetRemainingTries(ushort statusWord, out int tries)
    {
        var isCounter = (statusWord & 0xFFF0) == 0x63C0;
        tries = isCounter ? statusWord & 0x0F : 0;
        return isCounter;
    }

    /// <summary>
    /// What a status word means, in English, for people. Values that the standard leaves open are described by their class.
    /// </summary>
    /// <param name="statusWord">SW1 in the high byte.</param>
    public static string Describe(ushort statusWord) => statusWord switch
    {
        Success => "success",
        DataMayBeCorrupted => "part of the returned data may be corrupted",
        EndOfFileReached => "end of file or record reached before Le bytes were read",
        FileDeactivated => "selected file is deactivated",
        FileControlInformationMalformed => "file control information is not formatted as the standard says",
        FileTerminated => "selected file is in termination state",
        VerificationFailed => "verification or authentication failed",
        FileFilledUp => "file filled up by the last write",
        ExecutionError => "execution error, memory unchanged",
        MemoryFailure => "memory failure",
        WrongLength => "wrong length",
        LogicalChannelNotSupported => "logical channel not supported",
        SecureMessagingNotSupported => "secure messaging not supported",
        LastCommandOfChainExpected => "last command of the chain expected",
        ChainingNotSupported => "command chaining not supported",
        IncompatibleFileStructure => "command incompatible with the file structure",
        SecurityStatusNotSatisfied => "security status not satisfied",
        AuthenticationMethodBlocked => "authentication method blocked",
        ReferenceDataNotUsable => "reference data not usable",
        ConditionsOfUseNotSatisfied => "conditions of use not satisfied",
        NoCurrentFile => "command not allowed: no current EF",
        SecureMessagingObjectMissing => "expected secure messaging data objects missing",
        SecureMessagingObjectIncorrect => "incorrect secure messaging data objects",
        IncorrectData => "incorrect parameters in the command data field",
        FunctionNotSupported => "function not supported",
        FileNotFound => "file or application not found",
        RecordNotFound => "record not found",
        NotEnoughMemory => "not enough memory in the file",
        LengthInconsistentWithTlv => "Nc inconsistent with the TLV structure",
        IncorrectParameters => "incorrect parameters P1-P2",
        LengthInconsistentWithParameters => "Nc inconsistent with P1-P2",
        ReferencedDataNotFound => "referenced data or reference data not found",
        FileAlreadyExists => "file already exists",
        DfNameAlreadyExists => "DF name already exists",
        WrongParameters => "wrong parameters P1-P2, or offset outside the file",
        InstructionNotSupported => "instruction not supported",
        ClassNotSupported => "class not supported",
        NoPreciseDiagnosis => "no precise diagnosis",
        _ => DescribeByClass(statusWord),
    };

    static string DescribeByClass(ushort statusWord) => (statusWord >> 8, statusWord & 0xFF) switch
    {
        (0x61, 0) => "success, 256 or more bytes of response data to be fetched",
        (0x61, var length) => $"success, {length} bytes of response data to be fetched",
        (0x63, >= 0xC0 and <= 0xCF and var counter) => $"verification failed, {counter & 0x0F} tries left",
        (0x6C, 0) => "wrong Le, 256 bytes are available",
        (0x6C, var length) => $"wrong Le, {length} bytes are available",
        (0x62, _) => "warning, memory unchanged",
        (0x63, _) => "warning, memory changed",
        (0x64, _) => "execution error, memory unchanged",
        (0x65, _) => "execution error, memory changed",
        (0x66, _) => "execution error, security-related",
        (0x67, _) => "wrong length",
        (0x68, _) => "function in CLA not supported",
        (0x69, _) => "command not allowed",
        (0x6A, _) => "wrong parameters P1-P2",
        (0x90, _) => "success, with information of the application's own",
        ( >= 0x60 and <= 0x6F, _) => "not defined by ISO/IEC 7816-4",
        ( >= 0x91 and <= 0x9F, _) => "defined by the application",
        _ => "not a status word of ISO/IEC 7816",
    };
}
