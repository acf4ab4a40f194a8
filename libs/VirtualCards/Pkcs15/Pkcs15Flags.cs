namespace PersoMesh.VirtualCards.Pkcs15;

/// <summary>What a key may be used for: KeyUsageFlags (ISO/IEC 7816-15 §8.9).</summary>
[Flags]
public enum KeyUsages
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>encipher.</summary>
    Encrypt = 1 << 0,

    /// <summary>decipher.</summary>
    Decrypt = 1 << 1,

    /// <summary>sign.</summary>
    Sign = 1 << 2,

    /// <summary>signRecover.</summary>
    SignRecover = 1 << 3,

    /// <summary>keyEncipher.</summary>
    Wrap = 1 << 4,

    /// <summary>keyDecipher.</summary>
    Unwrap = 1 << 5,

    /// <summary>verify.</summary>
    Verify = 1 << 6,

    /// <summary>verifyRecover.</summary>
    VerifyRecover = 1 << 7,

    /// <summary>derive.</summary>
    Derive = 1 << 8,

    /// <summary>nonRepudiation.</summary>
    NonRepudiation = 1 << 9,
}

// CommonObjectFlags.
[Flags]
enum ObjectFlags
{
    None = 0,
    Private = 1 << 0,
}

// KeyAccessFlags.
[Flags]
enum KeyAccess
{
    None = 0,
    Sensitive = 1 << 0,
    NeverExtractable = 1 << 3,
}

// PinFlags, called PasswordFlags by ISO.
[Flags]
enum PinFlags
{
    None = 0,
    CaseSensitive = 1 << 0,
    Initialized = 1 << 4,
    NeedsPadding = 1 << 5,
    UnblockingPin = 1 << 6,
}

// TokenFlags.
[Flags]
enum TokenFlags
{
    None = 0,
    ReadOnly = 1 << 0,
    LoginRequired = 1 << 1,
}

enum PinType
{
    AsciiNumeric = 1,
}
