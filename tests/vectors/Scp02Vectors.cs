namespace PersoMesh.TestVectors;

/// <summary>Published SCP02 vectors, hexadecimal. Where each comes from stands beside it; none is an output of this project.</summary>
public static class Scp02Vectors
{
    /// <summary>The keys that blank cards and test cards come with (GPC 2.1.1 era default, "Visa test key").</summary>
    public const string DefaultKey = "404142434445464748494A4B4C4D4E4F";

    /// <summary>
    /// One session: <see cref="Plain"/> protected in this order gives <see cref="Wrapped"/>. All three static keys are <see cref="Enc"/>…
    /// given here.
    /// </summary>
    public sealed record Session(
        string Name, byte Implementation, byte Level, string Enc, string Mac, string Dek, string HostChallenge,
            string InitializeUpdateAnswer,
        string ExternalAuthenticate, string[] Plain, string[] Wrapped)
    {
        public override string ToString() => Name;
    }

    public static readonly Session[] Sessions =
    [
        // kaoh/globalplatform globalplatform/src/scp02Test.c, commit 8dd2f1b, get_status_mac_only.
        new("kaoh C-MAC", 0x15, 0x01, DefaultKey, DefaultKey, DefaultKey, "D5AD539A60CA5E72",
            "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E",
            "84820100107C799B3C771DBAE6BEF49310977617BA",
            ["80F22002024F0000"],
            ["84F220020A4F00BB6E71C0EFCFCF0D00"]),

        // The same file, install_mac_enc.
        new("kaoh C-MAC and C-DECRYPTION", 0x15, 0x03, DefaultKey, DefaultKey, DefaultKey, "EBAA9E53C696281B",
            "000074746E6E6E626262010206A15086BBEE58F467149061DA4B6EAE",
            "848203001005814C116071EB67D8BA9D9879454564",
            ["80E400800A4F08D0D1D2D3D4D5010100", "80E40080094F07D0D1D2D3D4D50100"],
            ["84E4008018BC146FA0403BE4BAD3BC089E4ABD8674DA7EFEA21047B85800",
                "84E4008018C2748C1669FAFC0E20C5253680388A4A49C9A6038D77B45700"]),

        // A real Nokia 6131, i = 55: SourceForge globalplatform-users, thread 4AC38066.4080006, 2009-09-30.
        new("Nokia 6131 i=55", 0x55, 0x03, DefaultKey, DefaultKey, DefaultKey, "C453FA25E5281272",
            "000073204CC7A85453292A02001C389736801E91531A9CC29523CDA9",
            "848203001011B0FCFA2F4C342CE32AE87469F2C20A",
            ["80F22000024F0000", "80E400800C4F0AA00000006203010C010100"],
            ["84F2200010DD0DA4CBDB95ABD873FB51E99ED8D1F900", "84E400801866B6144AC33B8B09F5407AE3AF46FD5D47CED38D3D75296C00"]),

        // osmocom/pysim tests/unittests/test_globalplatform.py, commit 078ac2b, SCP02_Test: three different keys.
        new("pySim C-MAC", 0x15, 0x01, "100102030405060708090A0B0C0D0E0F", "101102030405060708090A0B0C0D0E0F",
            "102102030405060708090A0B0C0D0E0F",
            "40A62C37FA6304F8", "00000000000000000000700200016B4524ABEE7CF32EA3838BC148F3",
            "8482010010BA6961667737C5BCEBECE14C7D6A4376",
            ["80F22002", "80CA006600", "80F220020A4F0212345C054F9F70C5", "80F28002024F0000"],
            ["84F220020814DB34FA4341DCA8", "84CA00660855ED7C5FF069512B00", "84F22002124F0212345C054F9F70C58FC1B380C4228AF8",
                "84F280020A4F003B95F09317DE6A4E00"]),
    ];

    /// <summary>The AID behind the pseudo-random challenge of the Nokia 6131 session.</summary>
    public const string NokiaAid = "A000000003000000";

    // The R-MAC on a response: GlobalPlatformPro issue #218. Default keys, ISD A000000151000000.
    public const string RMacHostChallenge = "4261A2F44EEC57EB";
    public const string RMacInitializeUpdateAnswer = "0000728314662294396620020046A58399EA65DDB9E2781A25689C71";
    public const string RMacExternalAuthenticate = "8482130010FAE81DD218F60A30A0F03ED2002B63B2";
    public const string RMacPlainCommand = "80E610002010A00000000053594E4A4F4E4553535344000A53594E4A4F4E45530000000000";
    public const string RMacAnswer = "006DFCFE5065740D309000";
    public const string RMacAid = "A000000151000000";

    /// <summary>
    /// Session keys of the default keys with counter 0000, OpenJavaCard SCP02DerivationTest.java; the check values are GlobalPlatformPro's.
    /// </summary>
    public const string SessionEnc0000 = "010B0371D78377B801F2D62AFC671D95";
    public const string SessionMac0000 = "D1C28C601652A4770D67AD82D2D2E1C4";
    public const string SessionDek0000 = "E11987EE331B417A5D67D760692F89D4";
    public const string SessionRMacCheckValue0000 = "9F749A";

    /// <summary>The default key under the session DEK of counter 0000, GlobalPlatformPro TestPlaintextKeys.java.</summary>
    public const string DefaultKeyUnderSessionDek0000 = "EFBEE6C6D99D7B70BDE9D7E927F020AF";

    /// <summary>Pseudo-random challenges of real cards (STANDARDS.md §2): counter, AID, challenge.</summary>
    public static readonly (ushort Counter, string Aid, string Challenge)[] PseudoRandomChallenges =
    [
        (0x000D, "A000000003000000", "4EB131EA95DE"),
        (0x0007, "A000000151000000", "2503683B31FA"),
        (0x001C, "A000000003000000", "389736801E91"),
        (0x0046, "A000000151000000", "A58399EA65DD"),
    ];

    /// <summary>
    /// The rest of the session "kaoh C-MAC and C-DECRYPTION", after its two DELETE commands: INSTALL [for load], two LOAD, INSTALL [for
    /// install and make selectable] of helloworld.cap (non-volatile data limit 2000, install parameter 00, privileges 02).
    /// </summary>
    public static readonly string[] Installation =
    [
        "84E60200280839B761AA201C218FD6607C56803CFD2D098CBAA9946976EEFAE3F210038EB4965D6E04EDEF801700",
        "84E80000F8562EFDC9F22082A5184831F1DA6A0F495C5DF0FD71E8014A2B94EA81069FB630346197CDF1C3BD9CDBDD9513BFE6FE799273" +
        "0FCF2089019D1374DA1021BD74E2085B806B8DA57431FF008406E1C695F2E27E0C2A554E01047B9B36F4058CFC1C2FB8D0A45B01C626DF" +
        "5CB2509436283BE22B9E7750B3B7F36E29E3C97C69533B35C2DBEF13904D06E96BEBB6FA38D3E7EB7EB9170F3004824F5A32278AE7CBC3" +
        "E591BA0C79B090FBD8038B60AC5F83E4E250B32AD5B92768E775AA974A4FAFC81356FA333D5AB4FAF1A0056E08420AF95D18CA0DF726BA" +
        "560C5C340CCA81A1BEA294AAFE3AED250EF6865AA2D3F11D058FDFE5EE7622AE19",
        "84E88001787FFE538F755D612CEE738FA68E177E8E146E66EF2A840387F7086C1CA8659C9F985585E11001A12D4940CB3EF200DFEC9EC7" +
        "FB59CADED4A7F82EDA5BE808552A3CD3B65D41F9F61A23E6FDA2C1BF2493F4929950FA62030FF023B34398247A2E01BBF949E819B5EEA1" +
        "17DC6E0D91D40D85ABDE0BC2A76D8600",
        "84E60C00300839B761AA201C21EDAE7D003F76B62164B363AF56A2C7FE12AEF9FDC790DFC8FFE6B0346E9BF02674684247652F109A00",
    ];

    /// <summary>
    /// Components of helloworld.cap in the order of the zip, as they are in the two LOAD commands (decrypted with openssl under the session
    /// key; the published MACs over the plain text prove them).
    /// </summary>
    public static readonly (string File, string Content)[] HelloWorldCap =
    [
        ("com/example/javacard/Applet.cap", "03000C0108D0D1D2D3D4D50101000C"),
        ("com/example/javacard/Class.cap", "06000C00800300FF00070100000017"),
        ("com/example/javacard/ConstantPool.cap", "05002600090680030003800301010000000600000103800A0103800A06050000000680100203800A08"),
        ("com/example/javacard/Descriptor.cap",
            "0B005D01000100000000010003FF1A0000000016FF82000100140009000000000009000C00210009000000000701001700240022000000" +
            "00000900140014FFFF0014001600180016001A001E011001B0014006B4B44403441004B431066800A1"),
        ("com/example/javacard/Directory.cap", "02001F0011001F000C000B0026000C003B0019000F0000005D00020001000C010100"),
        ("com/example/javacard/Header.cap", "010011DECAFFED010204000107D0D1D2D3D4D501"),
        ("com/example/javacard/Import.cap", "04000B01000107A0000000620101"),
        ("com/example/javacard/Method.cap",
            "07003B000110188C0000188B00017A02308F00023D8C00033B7A0521198B00042D198B00053B7B0006031A037B0006928D00073B19037B" +
            "0006928B00087A"),
        ("com/example/javacard/RefLocation.cap", "09000F0000000B0504060408050406040604"),
        ("com/example/javacard/StaticField.cap", "08001900020001000103000C48656C6C6F20576F726C642100000000"),
    ];
}
