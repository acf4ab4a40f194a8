namespace PersoMesh.Pkcs11.Native;

// The values of pkcs11t.h (PKCS#11 v2.40) that the project uses, under their names there without the prefix.

/// <summary>Object classes (CKO_).</summary>
static class Cko
{
    public const nuint PublicKey = 2;
    public const nuint PrivateKey = 3;
    public const nuint SecretKey = 4;
}

/// <summary>Key types (CKK_).</summary>
static class Ckk
{
    public const nuint GenericSecret = 0x10;
    public const nuint Des = 0x13;
    public const nuint Des2 = 0x14;
    public const nuint Des3 = 0x15;
    public const nuint Aes = 0x1F;
    public const nuint Rsa = 0;
}

/// <summary>Attributes (CKA_).</summary>
static class Cka
{
    public const nuint Class = 0;
    public const nuint Token = 1;
    public const nuint Private = 2;
    public const nuint Label = 3;
    public const nuint Value = 0x11;
    public const nuint KeyType = 0x100;
    public const nuint Sensitive = 0x103;
    public const nuint Encrypt = 0x104;
    public const nuint Decrypt = 0x105;
    public const nuint Wrap = 0x106;
    public const nuint Unwrap = 0x107;
    public const nuint Sign = 0x108;
    public const nuint Verify = 0x10A;
    public const nuint Derive = 0x10C;
    public const nuint Modulus = 0x120;
    public const nuint ModulusBits = 0x121;
    public const nuint PublicExponent = 0x122;
    public const nuint PrivateExponent = 0x123;
    public const nuint Prime1 = 0x124;
    public const nuint Prime2 = 0x125;
    public const nuint Exponent1 = 0x126;
    public const nuint Exponent2 = 0x127;
    public const nuint Coefficient = 0x128;
    public const nuint ValueLength = 0x161;
    public const nuint Extractable = 0x162;
}

/// <summary>Mechanisms (CKM_).</summary>
static class Ckm
{
    public const nuint RsaPkcsKeyPairGen = 0;
    public const nuint RsaX509 = 3;
    public const nuint Des2KeyGen = 0x130;
    public const nuint Des3KeyGen = 0x131;
    public const nuint Des3Ecb = 0x132;
    public const nuint Des3Cbc = 0x133;
    public const nuint Des3Cmac = 0x138;
    public const nuint AesKeyGen = 0x1080;
    public const nuint AesEcb = 0x1081;
    public const nuint AesCbc = 0x1082;
    public const nuint AesCmac = 0x108A;
    public const nuint Des3EcbEncryptData = 0x1102;
    public const nuint Des3CbcEncryptData = 0x1103;
    public const nuint AesEcbEncryptData = 0x1104;
    public const nuint AesCbcEncryptData = 0x1105;
    public const nuint AesKeyWrap = 0x2109;
    public const nuint AesKeyWrapPad = 0x210A;
}

/// <summary>Flags (CKF_) of slots, tokens, sessions and initialization.</summary>
static class Ckf
{
    public const nuint OsLockingOk = 0x2;
    public const nuint RwSession = 0x2;
    public const nuint SerialSession = 0x4;
    public const nuint TokenInitialized = 0x400;
    public const nuint UserPinInitialized = 0x8;
}

/// <summary>Session states (CKS_) and user types (CKU_).</summary>
static class Cks
{
    public const nuint UserType = 1;
    public const nuint ReadOnlyUser = 1;
    public const nuint ReadWriteUser = 3;
}
