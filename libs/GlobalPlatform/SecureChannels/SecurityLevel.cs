namespace PersoMesh.GlobalPlatform;

/// <summary>
/// The security level of a secure channel session; the value is P1 of EXTERNAL AUTHENTICATE
/// (GPC 2.3.1 table E-12, GPC Amendment D 1.1.1 table 7-3).
/// </summary>
[Flags]
public enum SecurityLevel
{
    /// <summary>Mutual authentication only; commands and responses go in clear.</summary>
    None = 0,

    /// <summary>Every command carries a MAC.</summary>
    CMac = 0x01,

    /// <summary>Command data is encrypted; only together with <see cref="CMac"/>.</summary>
    CDecryption = 0x02,

    /// <summary>Every successful response carries a MAC.</summary>
    RMac = 0x10,

    /// <summary>Response data is encrypted (SCP03); only together with all others.</summary>
    REncryption = 0x20,
}
