namespace PersoMesh.Emv;

/// <summary>How an ICC master key is derived from an issuer master key (EMV 4.3 Book 2 §A1.4).</summary>
public enum MasterKeyOption
{
    /// <summary>Triple DES over the rightmost 16 digits of PAN and PAN sequence number (§A1.4.1).</summary>
    A,

    /// <summary>Option A for PANs of up to 16 digits; for longer ones 16 digits selected from a SHA-1 hash (§A1.4.2).</summary>
    B,

    /// <summary>AES over PAN and PAN sequence number in 16 bytes (§A1.4.3).</summary>
    C,
}
