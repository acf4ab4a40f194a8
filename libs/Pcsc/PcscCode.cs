namespace PersoMesh.Pcsc;

/// <summary>
/// Return codes of PC/SC (pcsc-lite's pcsclite.h, Windows' winerror.h). Only the low 32 bits count: on 64-bit Linux a LONG has 64 bits and
/// comes zero-extended or sign-extended.
/// </summary>
/// <remarks>
/// Windows also returns codes of its device drivers (0x16 for a reader just unplugged); they are values without a name here.
/// </remarks>
public enum PcscCode : uint
{
    /// <summary>SCARD_S_SUCCESS.</summary>
    Success = 0,

    /// <summary>SCARD_F_INTERNAL_ERROR.</summary>
    InternalError = 0x80100001,

    /// <summary>SCARD_E_CANCELLED.</summary>
    Cancelled = 0x80100002,

    /// <summary>SCARD_E_INVALID_HANDLE.</summary>
    InvalidHandle = 0x80100003,

    /// <summary>SCARD_E_INVALID_PARAMETER.</summary>
    InvalidParameter = 0x80100004,

    /// <summary>SCARD_E_NO_MEMORY.</summary>
    NoMemory = 0x80100006,

    /// <summary>SCARD_E_INSUFFICIENT_BUFFER.</summary>
    InsufficientBuffer = 0x80100008,

    /// <summary>SCARD_E_UNKNOWN_READER.</summary>
    UnknownReader = 0x80100009,

    /// <summary>SCARD_E_TIMEOUT.</summary>
    Timeout = 0x8010000A,

    /// <summary>SCARD_E_SHARING_VIOLATION.</summary>
    SharingViolation = 0x8010000B,

    /// <summary>SCARD_E_NO_SMARTCARD.</summary>
    NoSmartcard = 0x8010000C,

    /// <summary>SCARD_E_PROTO_MISMATCH.</summary>
    ProtocolMismatch = 0x8010000F,

    /// <summary>SCARD_E_NOT_READY.</summary>
    NotReady = 0x80100010,

    /// <summary>SCARD_E_INVALID_VALUE.</summary>
    InvalidValue = 0x80100011,

    /// <summary>SCARD_E_SYSTEM_CANCELLED.</summary>
    SystemCancelled = 0x80100012,

    /// <summary>SCARD_F_COMM_ERROR: the way to the service broke, not the way to the card.</summary>
    CommunicationError = 0x80100013,

    /// <summary>SCARD_F_UNKNOWN_ERROR.</summary>
    UnknownError = 0x80100014,

    /// <summary>SCARD_E_NOT_TRANSACTED: no answer from the card, for a reason that the reader's driver does not tell.</summary>
    NotTransacted = 0x80100016,

    /// <summary>SCARD_E_READER_UNAVAILABLE.</summary>
    ReaderUnavailable = 0x80100017,

    /// <summary>SCARD_P_SHUTDOWN.</summary>
    Shutdown = 0x80100018,

    /// <summary>SCARD_E_NO_SERVICE.</summary>
    NoService = 0x8010001D,

    /// <summary>SCARD_E_SERVICE_STOPPED.</summary>
    ServiceStopped = 0x8010001E,

    /// <summary>SCARD_E_UNSUPPORTED_FEATURE of pcsc-lite; SCARD_E_UNEXPECTED on Windows.</summary>
    UnsupportedFeature = 0x8010001F,

    /// <summary>SCARD_E_UNSUPPORTED_FEATURE of Windows.</summary>
    UnsupportedFeatureOnWindows = 0x80100022,

    /// <summary>SCARD_E_NO_READERS_AVAILABLE.</summary>
    NoReadersAvailable = 0x8010002E,

    /// <summary>SCARD_E_SERVER_TOO_BUSY.</summary>
    ServerTooBusy = 0x80100031,

    /// <summary>SCARD_W_UNSUPPORTED_CARD: an ATR that the reader does not understand.</summary>
    UnsupportedCard = 0x80100065,

    /// <summary>SCARD_W_UNRESPONSIVE_CARD.</summary>
    UnresponsiveCard = 0x80100066,

    /// <summary>SCARD_W_UNPOWERED_CARD.</summary>
    UnpoweredCard = 0x80100067,

    /// <summary>SCARD_W_RESET_CARD.</summary>
    ResetCard = 0x80100068,

    /// <summary>SCARD_W_REMOVED_CARD.</summary>
    RemovedCard = 0x80100069,
}
