namespace PersoMesh.SmartCard;

/// <summary>The transmission protocol between reader and card (ISO/IEC 7816-3).</summary>
public enum TransmissionProtocol
{
    /// <summary>T=0: bytes; a command carries data one way only, so responses to commands with data are fetched.</summary>
    T0,

    /// <summary>T=1, or a contactless protocol: blocks that carry whole APDUs.</summary>
    T1,
}
