namespace PersoMesh.Pcsc;

/// <summary>What the codes are called in the C headers, and what to do about them.</summary>
static class PcscCodeText
{
    public static string Name(PcscCode code) => code switch
    {
        PcscCode.Success => "SCARD_S_SUCCESS",
        PcscCode.InternalError => "SCARD_F_INTERNAL_ERROR",
        PcscCode.Cancelled => "SCARD_E_CANCELLED",
        PcscCode.InvalidHandle => "SCARD_E_INVALID_HANDLE",
        PcscCode.InvalidParameter => "SCARD_E_INVALID_PARAMETER",
        PcscCode.NoMemory => "SCARD_E_NO_MEMORY",
        PcscCode.InsufficientBuffer => "SCARD_E_INSUFFICIENT_BUFFER",
        PcscCode.UnknownReader => "SCARD_E_UNKNOWN_READER",
        PcscCode.Timeout => "SCARD_E_TIMEOUT",
        PcscCode.SharingViolation => "SCARD_E_SHARING_VIOLATION",
        PcscCode.NoSmartcard => "SCARD_E_NO_SMARTCARD",
        PcscCode.ProtocolMismatch => "SCARD_E_PROTO_MISMATCH",
        PcscCode.NotReady => "SCARD_E_NOT_READY",
        PcscCode.InvalidValue => "SCARD_E_INVALID_VALUE",
        PcscCode.SystemCancelled => "SCARD_E_SYSTEM_CANCELLED",
        PcscCode.CommunicationError => "SCARD_F_COMM_ERROR",
        PcscCode.UnknownError => "SCARD_F_UNKNOWN_ERROR",
        PcscCode.NotTransacted => "SCARD_E_NOT_TRANSACTED",
        PcscCode.ReaderUnavailable => "SCARD_E_READER_UNAVAILABLE",
        PcscCode.Shutdown => "SCARD_P_SHUTDOWN",
        PcscCode.NoService => "SCARD_E_NO_SERVICE",
        PcscCode.ServiceStopped => "SCARD_E_SERVICE_STOPPED",
        PcscCode.UnsupportedFeature or PcscCode.UnsupportedFeatureOnWindows => "SCARD_E_UNSUPPORTED_FEATURE",
        PcscCode.NoReadersAvailable => "SCARD_E_NO_READERS_AVAILABLE",
        PcscCode.ServerTooBusy => "SCARD_E_SERVER_TOO_BUSY",
        PcscCode.UnsupportedCard => "SCARD_W_UNSUPPORTED_CARD",
        PcscCode.UnresponsiveCard => "SCARD_W_UNRESPONSIVE_CARD",
        PcscCode.UnpoweredCard => "SCARD_W_UNPOWERED_CARD",
        PcscCode.ResetCard => "SCARD_W_RESET_CARD",
        PcscCode.RemovedCard => "SCARD_W_REMOVED_CARD",
        _ => "an unnamed code",
    };

    /// <summary>A sentence for the person at the machine.</summary>
    public static string Advice(PcscCode code) => code switch
    {
        PcscCode.UnknownReader or PcscCode.ReaderUnavailable => "the reader is unplugged or failed: plug it in again.",
        PcscCode.SharingViolation => "another program uses this card: end it, or stop it from using this reader.",
        PcscCode.NoSmartcard or PcscCode.RemovedCard => "there is no card in the reader: insert one.",
        PcscCode.ProtocolMismatch => "the card does not speak the transmission protocol that was asked for: allow another one.",
        PcscCode.CommunicationError or PcscCode.NoService or PcscCode.ServiceStopped or PcscCode.Shutdown =>
            OperatingSystem.IsWindows()
                ? "the service 'Smart Card' (SCardSvr) does not run: start it."
                : "pcscd does not run or was restarted: start it (systemctl start pcscd.socket).",
        PcscCode.NotTransacted => "the card did not answer: it was pulled, has poor contact, or is broken.",
        PcscCode.NoReadersAvailable => "no reader is attached: plug one in.",
        PcscCode.UnsupportedCard or PcscCode.UnresponsiveCard or PcscCode.UnpoweredCard =>
            "the card is mute: check that it lies the right way round and that its contacts are clean, or reject it.",
        PcscCode.ResetCard => "the card was reset by someone else: its session is over, begin again.",
        PcscCode.InsufficientBuffer => "the response is longer than a response can be: look at the reader's driver.",
        PcscCode.NoMemory or PcscCode.ServerTooBusy => "the service is out of resources: restart it.",
        PcscCode.UnsupportedFeature or PcscCode.UnsupportedFeatureOnWindows => "the reader's driver cannot do this: update it.",
        _ => "look at the log of pcscd, or at the Windows event log.",
    };
}
