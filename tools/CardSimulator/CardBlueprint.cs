namespace PersoMesh.CardSimulator;

/// <summary>Fills a card challenge. Replace the random default to replay a published trace.</summary>
/// <param name="destination">6 bytes (SCP02), 8 or 16 (SCP03).</param>
public delegate void ChallengeSource(Span<byte> destination);

/// <summary>Secure channel protocol; the value is the number GlobalPlatform gives it.</summary>
public enum SecureChannelProtocol
{
    Scp02 = 2,
    Scp03 = 3,
}

/// <summary>Transmission protocol of ISO/IEC 7816-3.</summary>
public enum TransmissionProtocol
{
    T0 = 0,
    T1 = 1,
}

/// <summary>How a card's static keys come from the master key (STANDARDS.md §4.5).</summary>
public enum DiversificationMethod
{
    None,
    EmvCps,
    Visa2,
    Kdf3,
}

/// <summary>Type of a key; the value is its GlobalPlatform coding (GPC 2.3.1 Table 11-16).</summary>
public enum KeyType
{
    TripleDes = 0x80,
    Aes = 0x88,
}

/// <summary>The three static keys of a secure channel key set.</summary>
public sealed record StaticKeys(byte[] Enc, byte[] Mac, byte[] Dek)
{
    public override string ToString() => "three keys";
}

/// <summary>A card product before it got a serial number: what the manufacturer delivers.</summary>
public sealed record CardBlueprint
{
    public required string Product { get; init; }

    public required byte[] Atr { get; init; }

    /// <summary>With T=0 the card answers 61xx and 6Cxx, and the reader has to fetch data by GET RESPONSE.</summary>
    public TransmissionProtocol Transmission { get; init; } = TransmissionProtocol.T1;

    public required SecureChannelProtocol Protocol { get; init; }

    /// <summary>The protocol's implementation options, "i".</summary>
    public required byte ProtocolOptions { get; init; }

    /// <summary>Length of each static key in bytes: 16 (SCP02); 16, 24 or 32 (SCP03).</summary>
    public int KeyLength { get; init; } = 16;

    public string IsdAid { get; init; } = "A000000151000000";

    public required byte KeyVersion { get; init; }

    /// <summary>Master key of <see cref="Diversification"/>; or give <see cref="Keys"/>.</summary>
    public byte[]? MasterKey { get; init; }

    public DiversificationMethod Diversification { get; init; }

    /// <summary>The card's own keys, where no master key is used.</summary>
    public StaticKeys? Keys { get; init; }

    /// <summary>Sequence counter of the delivered key set.</summary>
    public int SequenceCounter { get; init; }

    /// <summary>Failed EXTERNAL AUTHENTICATE commands in a row that block a key set.</summary>
    public int AuthenticationLimit { get; init; } = 3;

    /// <summary>Card production life cycle data, 42 bytes; the serial number replaces bytes 12 to 15.</summary>
    public byte[] CplcTemplate { get; init; } = Blueprints.DemoCplc();

    /// <summary>KMC identifier: first 6 bytes of the key diversification data; the serial number follows (EMV CPS 1.1 §4.1).</summary>
    public byte[] KeyMasterIdentifier { get; init; } = [0xFF, 0xFF, 0x12, 0x34, 0x56, 0x01];

    /// <summary>All 10 bytes of key diversification data, where a trace prescribes them.</summary>
    public byte[]? KeyDiversificationData { get; init; }

    public IReadOnlyList<PackageBlueprint> Packages { get; init; } = [];

    /// <summary>Applications that the manufacturer installed already.</summary>
    public IReadOnlyList<InstanceBlueprint> Instances { get; init; } = [];

    /// <summary>Memory for code, applications and their data, in bytes.</summary>
    public int EepromBytes { get; init; } = 80_000;
}

/// <summary>An executable load file that the card has in ROM.</summary>
/// <param name="Aid">Its AID, hexadecimal.</param>
/// <param name="Modules">Its executable modules.</param>
public sealed record PackageBlueprint(string Aid, IReadOnlyList<ModuleBlueprint> Modules);

/// <summary>An application that is installed and selectable on a delivered card.</summary>
public sealed record InstanceBlueprint(string PackageAid, string ModuleAid, string InstanceAid);

/// <summary>
/// An executable module: how an instance of it takes its personalization (EMV CPS). Which data grouping means what is data,
/// for the lists differ by payment scheme.
/// </summary>
public sealed record ModuleBlueprint
{
    /// <summary>AID of the module, hexadecimal.</summary>
    public required string Aid { get; init; }

    /// <summary>FCI proprietary template of SELECT.</summary>
    public int FciDgi { get; init; } = 0x9102;

    /// <summary>Response of GET PROCESSING OPTIONS.</summary>
    public int ProcessingOptionsDgi { get; init; } = 0x9104;

    /// <summary>PIN block (ISO 9564 format 1 or 2).</summary>
    public int PinDgi { get; init; } = 0x8010;

    /// <summary>PIN try counter ‖ try limit.</summary>
    public int PinTriesDgi { get; init; } = 0x9010;

    /// <summary>Symmetric keys and the data groupings with their check values.</summary>
    public IReadOnlyList<KeyGroup> KeyGroups { get; init; } = [new(0x8000, 0x9000, KeyType.TripleDes)];

    /// <summary>Clear data groupings kept as they are; GET DATA with the identifier as tag returns them.</summary>
    public IReadOnlyList<int> OpaqueDgis { get; init; } = [];

    /// <summary>Data groupings that this version of the application does not know: 6A88.</summary>
    public IReadOnlyList<int> UnknownDgis { get; init; } = [];

    /// <summary>Data groupings without which the last STORE DATA answers 6A86.</summary>
    public IReadOnlyList<int> RequiredDgis { get; init; } = [];

    /// <summary>Status word for a wrong key check value; applications differ (9315, 6A80).</summary>
    public int WrongCheckValueStatus { get; init; } = StatusWord.WrongData;

    /// <summary>
    /// A key of the whole batch under which an issuer may encipher secret data groupings, in CBC mode with an initial value of zeros; null when
    /// the application has none. STORE DATA whose P1 says "application dependent" brings them.
    /// </summary>
    public PersonalizationKey? PersonalizationKey { get; init; }

    /// <summary>Memory an instance takes before it has data, in bytes.</summary>
    public int InstanceBytes { get; init; } = 512;
}

/// <summary>A key that a manufacturer put into an application before delivery.</summary>
/// <param name="Type">Its cipher.</param>
/// <param name="Value">16 bytes. Not copied.</param>
public sealed record PersonalizationKey(KeyType Type, byte[] Value);

/// <summary>A data grouping of keys, all of one length, and the one with their check values of 3 bytes each.</summary>
public sealed record KeyGroup(int KeyDgi, int CheckValueDgi, KeyType Type);
