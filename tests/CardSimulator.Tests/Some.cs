namespace PersoMesh.CardSimulator.Tests;

/// <summary>Cards with known keys, and data to put on them.</summary>
static class Some
{
    /// <summary>Default key of GlobalPlatform test cards; GlobalPlatformPro prints its check values: DES 8BAF47.</summary>
    public const string Key = "404142434445464748494A4B4C4D4E4F";
    public const string DesKcv = "8BAF47";

    /// <summary>AES-128 key and check value of pySim's test_globalplatform.py (vectors/published.md §5).</summary>
    public const string AesKey = "000102030405060708090A0B0C0D0E0F";
    public const string AesKcv = "C35280";

    public const string PaymentAid = "A00000000310";
    public const string BadgeAid = "F04241444745";
    public const string Record = "70065F2403301231";
    public const string Fci = "A5075005" + "44454D4F31";
    public const string ProcessingOptions = "82021800" + "940408010100";

    public static TestHost Emv(byte options = 0x55, Func<CardBlueprint, CardBlueprint>? change = null)
    {
        var blueprint = Blueprints.EmvDemo(Hex.Bytes(Key)) with { ProtocolOptions = options, Diversification = DiversificationMethod.None };
        var card = new SimulatedCard(change?.Invoke(blueprint) ?? blueprint, serialNumber: 0x01020304);
        return new TestHost02(card, Hex.Bytes(Key), Hex.Bytes(Key), Hex.Bytes(Key));
    }

    public static TestHost Badge(byte options = 0x70, int keyLength = 16, Func<CardBlueprint, CardBlueprint>? change = null)
    {
        var key = Enumerable.Range(0x40, keyLength).Select(b => (byte)b).ToArray();
        var blueprint = Blueprints.BadgeDemo(key, keyLength) with
        {
            ProtocolOptions = options,
            Diversification = DiversificationMethod.None,
        };
        var card = new SimulatedCard(change?.Invoke(blueprint) ?? blueprint, serialNumber: 0x01020304);
        return new TestHost03(card, key, key, key, isLong: (options & 1) != 0);
    }

    /// <summary>By protocol: 2 or 3.</summary>
    public static TestHost Host(int protocol) => protocol == 2 ? Emv(0x75) : Badge();

    /// <summary>Selects the issuer security domain and opens a secure channel.</summary>
    public static TestHost Open(this TestHost host, int level = 0x03, string aid = "")
    {
        Assert.EndsWith("9000", host.Card.Send($"00A40400{aid.Length / 2:X2}{aid}{(aid.Length > 0 ? "00" : "")}"));
        Assert.Equal("9000", host.Initialize());
        Assert.Equal("9000", host.Authenticate(level));
        return host;
    }

    public static string Install(
        this TestHost host, string aid = PaymentAid, string module = Blueprints.PaymentModule, string p1 = "0C", string parameters = "C900")
    {
        var package = module == Blueprints.BadgeModule ? Blueprints.BadgePackage : Blueprints.PaymentPackage;
        return host.SendData($"80E6{p1}00", Lv(package) + Lv(module) + Lv(aid) + "0100" + Lv(parameters) + "00");
    }

    /// <summary>INSTALL [for personalization].</summary>
    public static string Personalize(this TestHost host, string aid = PaymentAid) => host.SendData("80E62000", "0000" + Lv(aid) + "000000");

    public static string SendData(this TestHost host, string header, string data) => host.Send($"{header}{data.Length / 2:X2}{data}00");

    public static string Lv(string hex) => $"{hex.Length / 2:X2}{hex}";

    /// <summary>Records, FCI and processing options: all in clear.</summary>
    public static string ClearData() =>
        TestHost.Dgi(0x0101, Record) + TestHost.Dgi(0x9102, Fci) + TestHost.Dgi(0x9104, ProcessingOptions)
        + TestHost.Dgi(0x3000, "9F36020000" + "9F4F039A0300");

    /// <summary>Installs an application and personalizes it through the security domain (flow B).</summary>
    public static TestHost Personalized(this TestHost host, string aid = PaymentAid)
    {
        Assert.Equal("009000", host.Open().Install(aid));
        Assert.Equal("009000", host.Personalize(aid));
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x8000, host.Encrypt(Key + Key + Key)), p1: 0x60, last: false));
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x9000, DesKcv + DesKcv + DesKcv), last: false, firstBlock: 1));
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x8010, host.Encrypt(PinBlock(host))), p1: 0x60, last: false, firstBlock: 2));
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x9010, "0303"), last: false, firstBlock: 3));
        Assert.Equal("9000", host.StoreData(ClearData(), firstBlock: 4));
        return host;
    }

    /// <summary>PIN 1234, ISO 9564 format 2, as VSDC scripts carry it (STANDARDS.md §1.2); 16 bytes on an AES channel.</summary>
    public static string PinBlock(TestHost host) => "241234FFFFFFFFFF" + (host is TestHost03 ? "0000000000000000" : "");
}
