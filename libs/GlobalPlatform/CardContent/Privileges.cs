namespace PersoMesh.GlobalPlatform;

/// <summary>
/// Privileges of an application or security domain; the value is the three bytes of GPC 2.3.1 tables 11-7 to 11-9, the first one highest.
/// </summary>
[Flags]
public enum Privileges
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The application is a security domain.</summary>
    SecurityDomain = 0x80_00_00,

    /// <summary>DAP verification; only for a security domain.</summary>
    DapVerification = 0x40_00_00,

    /// <summary>Delegated management; only for a security domain.</summary>
    DelegatedManagement = 0x20_00_00,

    /// <summary>May lock the card.</summary>
    CardLock = 0x10_00_00,

    /// <summary>May terminate the card.</summary>
    CardTerminate = 0x08_00_00,

    /// <summary>Selected after a reset of the card ("default selected").</summary>
    CardReset = 0x04_00_00,

    /// <summary>Manages the cardholder verification method.</summary>
    CvmManagement = 0x02_00_00,

    /// <summary>Mandated DAP verification; only together with <see cref="SecurityDomain"/> and <see cref="DapVerification"/>.</summary>
    MandatedDapVerification = 0x01_00_00,

    /// <summary>Trusted path.</summary>
    TrustedPath = 0x80_00,

    /// <summary>Authorized management.</summary>
    AuthorizedManagement = 0x40_00,

    /// <summary>Token management.</summary>
    TokenManagement = 0x20_00,

    /// <summary>May delete any application.</summary>
    GlobalDelete = 0x10_00,

    /// <summary>May lock any application.</summary>
    GlobalLock = 0x08_00,

    /// <summary>May read the whole registry.</summary>
    GlobalRegistry = 0x04_00,

    /// <summary>The only application left when the card is locked.</summary>
    FinalApplication = 0x02_00,

    /// <summary>Global service.</summary>
    GlobalService = 0x01_00,

    /// <summary>Makes receipts.</summary>
    ReceiptGeneration = 0x80,

    /// <summary>Takes ciphered load file data blocks.</summary>
    CipheredLoadFileDataBlock = 0x40,

    /// <summary>Contactless activation.</summary>
    ContactlessActivation = 0x20,

    /// <summary>Contactless self-activation.</summary>
    ContactlessSelfActivation = 0x10,
}

/// <summary>Privileges as bytes.</summary>
public static class PrivilegesCoding
{
    /// <summary>Three bytes.</summary>
    public static byte[] Encode(this Privileges privileges) =>
        [(byte)((int)privileges >> 16), (byte)((int)privileges >> 8), (byte)privileges];

    /// <summary>
    /// One byte, for cards before GPC 2.2. A newer card then gives the second byte its defaults (GPC 2.3.1 §6.6.2), which are not zero.
    /// </summary>
    /// <exception cref="ArgumentException">A privilege of the second or third byte is set.</exception>
    public static byte[] EncodeShort(this Privileges privileges) => ((int)privileges & 0xFFFF) == 0
        ? [(byte)((int)privileges >> 16)]
        : throw new ArgumentException("These privileges need three bytes.", nameof(privileges));

    /// <summary>Reads one or three bytes.</summary>
    /// <returns>False for another length.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Privileges privileges)
    {
        privileges = encoded.Length switch
        {
            1 => (Privileges)(encoded[0] << 16),
            3 => (Privileges)((encoded[0] << 16) | (encoded[1] << 8) | encoded[2]),
            _ => Privileges.None,
        };
        return encoded.Length is 1 or 3;
    }
}
