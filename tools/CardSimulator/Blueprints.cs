namespace PersoMesh.CardSimulator;

/// <summary>Card products for demos and tests. All identifiers are invented.</summary>
public static class Blueprints
{
    /// <summary>RID of the invented applications: from the range of proprietary AIDs (ISO/IEC 7816-5), which nobody can own.</summary>
    const string Rid = "F050455253";

    public const string PaymentPackage = Rid + "4F4D01";
    public const string PaymentModule = Rid + "4F4D0101";
    public const string DirectoryModule = Rid + "4F4D0102";
    public const string BadgePackage = Rid + "4F4D02";
    public const string BadgeModule = Rid + "4F4D0201";

    /// <summary>Payment card: SCP02 i=55, KVN 20, card keys derived as EMV CPS says.</summary>
    /// <param name="masterKey">KMC, 16 bytes. Not copied.</param>
    /// <param name="personalizationKey">What the payment application got of the manufacturer for its secrets; null for nothing.</param>
    public static CardBlueprint EmvDemo(byte[] masterKey, PersonalizationKey? personalizationKey = null) => new()
    {
        Product = "EMV demo",
        Atr = AnswerToReset("PMEMV01"),
        Protocol = SecureChannelProtocol.Scp02,
        ProtocolOptions = 0x55,
        KeyVersion = 0x20,
        MasterKey = masterKey,
        Diversification = DiversificationMethod.EmvCps,
        Packages = Packages(KeyType.TripleDes, personalizationKey),
    };

    /// <summary>Staff badge: SCP03 i=70, KVN 30, card keys derived by KDF3.</summary>
    /// <param name="masterKey">AES master key, 16, 24 or 32 bytes. Not copied.</param>
    /// <param name="keyLength">Length of the card's keys in bytes: 16, 24 or 32.</param>
    public static CardBlueprint BadgeDemo(byte[] masterKey, int keyLength = 16) => new()
    {
        Product = "Badge demo",
        Atr = AnswerToReset("PMBADGE"),
        Protocol = SecureChannelProtocol.Scp03,
        ProtocolOptions = 0x70,
        KeyLength = keyLength,
        KeyVersion = 0x30,
        MasterKey = masterKey,
        Diversification = DiversificationMethod.Kdf3,
        Packages = Packages(KeyType.Aes),
    };

    /// <summary>CPLC of an invented manufacturer; fields in the order of STANDARDS.md §4.4.</summary>
    public static byte[] DemoCplc() => Convert.FromHexString(
        "50455253" + "0001" + "5309" + "0100" + "5310" + "00000000" + "0007" + "5045" + "5311" + "5045" + "5312"
        + "0000" + "0000" + "00000000" + "0000" + "0000" + "00000000");

    /// <summary>An answer to reset (ISO/IEC 7816-3 §8.2).</summary>
    /// <param name="historical">Historical bytes, ASCII, at most 15.</param>
    /// <param name="transmission">The only protocol that the card offers.</param>
    public static byte[] AnswerToReset(string historical, TransmissionProtocol transmission = TransmissionProtocol.T1)
    {
        var bytes = historical.Select(c => (byte)c);
        if (transmission == TransmissionProtocol.T0)
            return [0x3B, (byte)historical.Length, .. bytes];
        byte[] atr = [0x3B, (byte)(0x80 | historical.Length), 0x01, .. bytes, 0]; // TD1 = T=1, so a check byte ends it
        atr[^1] = atr[1..].Aggregate((x, y) => (byte)(x ^ y));
        return atr;
    }

    /// <summary>Any product can carry both packages: the tests install payment applications on badges, too.</summary>
    static PackageBlueprint[] Packages(KeyType badgeKeys, PersonalizationKey? personalizationKey = null) =>
    [
        new(PaymentPackage,
        [
            new() { Aid = PaymentModule, RequiredDgis = [0x9102, 0x9104], WrongCheckValueStatus = 0x9315, PersonalizationKey = personalizationKey },
            new() { Aid = DirectoryModule, RequiredDgis = [0x9102], KeyGroups = [] },
        ]),
        new(BadgePackage, [new() { Aid = BadgeModule, KeyGroups = [new(0x8000, 0x9000, badgeKeys)] }]),
    ];

}
