namespace PersoMesh.Pkcs11;

/// <summary>What a secret key of a token may be used for; each flag is an attribute of PKCS#11 v2.40 §4.8.</summary>
[Flags]
public enum KeyUses
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>CKA_ENCRYPT. Also needed for derivations that the process assembles (SCP03) and for key check values.</summary>
    Encrypt = 1,

    /// <summary>CKA_DECRYPT.</summary>
    Decrypt = 2,

    /// <summary>CKA_SIGN and CKA_VERIFY: CMAC.</summary>
    Mac = 4,

    /// <summary>CKA_DERIVE.</summary>
    Derive = 8,

    /// <summary>CKA_WRAP: encrypting other keys for transport.</summary>
    Wrap = 16,

    /// <summary>CKA_UNWRAP: taking in keys encrypted under this one.</summary>
    Unwrap = 32,

    /// <summary>CKA_EXTRACTABLE: may leave the token enciphered under a key with <see cref="Wrap"/>, and never in clear.</summary>
    Extract = 64,

    /// <summary>All calculations, no transport of keys: a master key that card keys and session keys are derived from.</summary>
    Calculate = Encrypt | Decrypt | Mac | Derive,
}

/// <summary>A secret key of a token, as an administrator sees it.</summary>
/// <param name="Label">CKA_LABEL.</param>
/// <param name="Type">The key type: <c>AES</c>, <c>DES2</c>, <c>DES3</c>, or <c>CKK 0x..</c> for others.</param>
/// <param name="Length">Length in bytes; 0 when the token does not say.</param>
/// <param name="CheckValue">
/// Three bytes as six hexadecimal digits, or null when the key cannot encrypt: DES keys encrypt 8 bytes 00, AES keys 16 bytes 01
/// (GPC 2.3.1 §B.5, B.6). For AES this is not the token's own CKA_CHECK_VALUE, which encrypts zeros.
/// </param>
public sealed record KeyDescription(string Label, string Type, int Length, string? CheckValue)
{
    /// <summary>What the token lets the key do.</summary>
    public KeyUses Uses { get; init; }
}
