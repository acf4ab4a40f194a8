namespace PersoMesh.SmartCard.Tests;

/// <summary>Data of real cards, and where they were published.</summary>
static class Samples
{
    /// <summary>EMV payment system environment, FCI of SELECT (openemv/emv-utils, tests/emv_ttl_pcsc_test.c).</summary>
    public const string PaymentSystemEnvironment = "6F24840E315041592E5359532E4444463031A5128801015F2D08656E6573667264659F110101";

    /// <summary>The same in its best known form (emvlab.org TLV decoder, and the tests of Great.EmvTags).</summary>
    public const string PaymentSystemEnvironmentShort = "6F1A840E315041592E5359532E4444463031A5088801025F2D02656E";

    /// <summary>GlobalPlatform issuer security domain, FCI of SELECT (osmocom/pysim, documentation of pySim-shell).</summary>
    public const string IssuerSecurityDomain = "6F108408A000000151000000A5049F6501FF";

    /// <summary>GlobalPlatform card data, GET DATA 0066 (martinpaljak/GlobalPlatformPro, TestParseTags.java, testOther).</summary>
    public const string CardData =
        "664C734A06072A864886FC6B01600C060A2A864886FC6B02020101630906072A864886FC6B03640B06092A864886FC6B040215650B06092B8510864864020103" +
        "660C060A2B060104012A026E0102";

    /// <summary>
    /// GlobalPlatform registry entry, GET STATUS (martinpaljak/GlobalPlatformPro, TestParseTags.java, testParsePartialISD).
    /// </summary>
    public const string RegistryEntry =
        "E3464F08A0000000030000009F700101C5039EFE80CF0140CF0141CF0142CF0143CF0180CF0181CF0182CF0183C40BD276000005AAFFCAFE0001CE020001" +
        "CC08A000000003000000";

    /// <summary>eUICC identifier, tag of two bytes (osmocom/pysim, tests/unittests/test_globalplatform.py).</summary>
    public const string EuiccIdentifier = "BF3E125A1089882119900000000000000000000005";

    /// <summary>EMV record 1 of SFI 1 (openemv/emv-utils, tests/emv_ttl_pcsc_test.c).</summary>
    public const string DirectoryRecord = "701A61184F07A0000000031010500A564953412044454249548701" + "01";

    /// <summary>UICC master file, FCP (ETSI TS 102 221; onomondo-uicc softsim tests).</summary>
    public const string UiccMasterFile = "62298202782183023F00A5098001F18701008801008A01058B032F060FC60C90012083010183018183010A";

    /// <summary>UICC EF.ICCID, FCP (the same).</summary>
    public const string UiccIccid = "62178202412183022FE28A01058B032F06038002000A880110";

    /// <summary>UICC EF.DIR, FCP (the same).</summary>
    public const string UiccDirectory = "621A8205422100260283022F008A01058B032F06028002004C8801F0";

    /// <summary>
    /// FEITIAN ePass2003, EF for an RSA key, as its driver sends it with CREATE FILE (public notes on the OpenSC driver).
    /// </summary>
    public const string EPassKeyFile = "62168202110083022900850204008608FF909090FFFFFFFF";

    /// <summary>FEITIAN ePass2003, EF with one variable record (the same).</summary>
    public const string EPassRecordFile = "62158205040000400083022F00860890909090FFFFFFFF";

    /// <summary>Estonian identity card 2011, ATR (smartcard-atr.appspot.com).</summary>
    public const string EstonianAtr = "3BFE1800008031FE45803180664090A4162A00830F9000EF";

    /// <summary>OpenPGP card 2, ATR (smartcard-atr.appspot.com).</summary>
    public const string OpenPgpAtr = "3BFA1300FF813180450031C173C00100009000B1";

    /// <summary>ACOS-ID, ATR (smartcard-atr.apdu.fr).</summary>
    public const string AcosAtr = "3BDF96FF910131FE4680319052410264050200AC73D622C017";

    /// <summary>sysmoUSIM-SJS1, ATR (osmocom/pysim, class SysmoUSIMSJS1).</summary>
    public const string SysmocomAtr = "3B9F96801FC78031A073BE21136743200718000001A5";

    public static byte[][] All { get; } =
    [
        .. new[]
        {
            PaymentSystemEnvironment, IssuerSecurityDomain, CardData, RegistryEntry, EuiccIdentifier, DirectoryRecord, UiccMasterFile,
            UiccIccid, UiccDirectory, EPassKeyFile, EPassRecordFile, EstonianAtr, OpenPgpAtr, AcosAtr, SysmocomAtr,
            "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "010103700101910204A5028800",
        }.Select(Convert.FromHexString),
    ];
}
