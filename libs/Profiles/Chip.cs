namespace PersoMesh.Profiles;

/// <summary>What the chip gets.</summary>
/// <param name="Channel">How it is spoken to.</param>
/// <param name="Applications">In the order in which they are installed and personalized.</param>
/// <param name="FinalState">Set at the end; null = left as it is.</param>
public sealed record Chip(ChipChannel Channel, IReadOnlyList<CardApplication> Applications, CardState? FinalState);

/// <summary>The secure channel to the security domain through which all commands go.</summary>
/// <param name="Protocol">SCP02 or SCP03.</param>
/// <param name="Implementation">The protocol's parameter i. Null = as the card's answer to INITIALIZE UPDATE says; SCP03 only.</param>
/// <param name="Level">P1 of EXTERNAL AUTHENTICATE. Always with C-DECRYPTION.</param>
/// <param name="SecurityDomain">AID, 5 to 16 bytes.</param>
/// <param name="KeyVersion">Key version number for INITIALIZE UPDATE; 00 = the card's first.</param>
/// <param name="MasterKey">Label in the security module of the key that the card's keys come from: 3DES for SCP02, AES for SCP03.</param>
/// <param name="Diversification">How they come from it: <c>none</c>; with SCP02 also <c>emv-cps</c>, <c>visa2</c>, <c>visa</c>; with SCP03
/// also <c>kdf3</c>.</param>
/// <param name="Quirks">Known deviations of the card product from the specification, by name.</param>
public sealed record ChipChannel(
    ChannelProtocol Protocol,
    byte? Implementation,
    ChannelLevel Level,
    ReadOnlyMemory<byte> SecurityDomain,
    byte KeyVersion,
    string MasterKey,
    string Diversification,
    IReadOnlyList<string> Quirks);

/// <summary>A GlobalPlatform secure channel protocol; the value is the protocol's number.</summary>
public enum ChannelProtocol
{
    /// <summary>SCP02, 3DES (GlobalPlatform Card Specification 2.3.1, Appendix E).</summary>
    Scp02 = 0x02,

    /// <summary>SCP03, AES (Amendment D).</summary>
    Scp03 = 0x03,
}

/// <summary>What is protected in a session; the value is P1 of EXTERNAL AUTHENTICATE.</summary>
[Flags]
public enum ChannelLevel
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Every command carries a MAC.</summary>
    CMac = 0x01,

    /// <summary>Command data are encrypted.</summary>
    CDecryption = 0x02,

    /// <summary>Every successful response carries a MAC.</summary>
    RMac = 0x10,

    /// <summary>Response data are encrypted.</summary>
    REncryption = 0x20,
}

/// <summary>Card life cycle states that may end a personalization; the value is P2 of SET STATUS (GlobalPlatform 2.3.1 §11.10).</summary>
public enum CardState
{
    /// <summary>INITIALIZED.</summary>
    Initialized = 0x07,

    /// <summary>SECURED.</summary>
    Secured = 0x0F,
}

/// <summary>An application on the chip.</summary>
/// <param name="Name">Kebab-case, for people and logs.</param>
/// <param name="Aid">Of the instance, 5 to 16 bytes.</param>
/// <param name="Install">Null when the application is on the card already.</param>
/// <param name="Data">Data groupings, in the order in which they are sent.</param>
/// <param name="KeyPair">The card's own RSA key pair, made in preparation; null when the application has none.</param>
public sealed record CardApplication(
    string Name, ReadOnlyMemory<byte> Aid, ApplicationInstall? Install, IReadOnlyList<DataGrouping> Data, CardKeyPair? KeyPair = null)
{
    /// <summary>A key pair for offline enciphered PINs, made in preparation and always certified; null when the application has none.</summary>
    public CardKeyPair? PinKeyPair { get; init; }

    /// <summary>All key pairs that preparation makes.</summary>
    public IEnumerable<CardKeyPair> KeyPairs => new[] { KeyPair, PinKeyPair }.OfType<CardKeyPair>();

    /// <summary>
    /// Label in the issuer's security module of a key that the manufacturer put into the application: preparation enciphers its secret
    /// data groupings under it, and only the card can decipher them. Null when they travel under the session's data encryption key.
    /// </summary>
    public string? PersonalizationKey { get; init; }

    /// <summary>The inputs and computed fields that it uses; a name may come several times, and those that preparation adds are among them.</summary>
    public IEnumerable<string> FieldNames => Data.SelectMany(grouping => grouping.FieldNames).Concat(KeyPairs.SelectMany(pair => pair.FieldNames));
}

/// <summary>INSTALL [for install and make selectable] (GlobalPlatform 2.3.1 §11.5.2.3.2).</summary>
/// <param name="Package">AID of the executable load file, 5 to 16 bytes.</param>
/// <param name="Module">AID of the executable module, 5 to 16 bytes.</param>
/// <param name="Privileges">1 or 3 bytes.</param>
/// <param name="Parameters">Install parameters field: one data object C9 with what the application takes.</param>
public sealed record ApplicationInstall(
    ReadOnlyMemory<byte> Package, ReadOnlyMemory<byte> Module, ReadOnlyMemory<byte> Privileges, ReadOnlyMemory<byte> Parameters);
