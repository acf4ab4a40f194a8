namespace PersoMesh.TestVectors;

/// <summary>Published SCP02 vectors, hexadecimal. Where each comes from stands beside it; none is an output of this project.</summary>
public static class Scp02Vectors
{
    /// <summary>The keys that blank cards and test cards come with (GPC 2.1.1 era default, "Visa test key").</summary>
    public const string DefaultKey = "404142434445464748494A4B4C4D4E4F";

    /// <summary>One session: <see cref="Plain"/> protected in this order gives <see cref="Wrapped"/>. All three static keys are <see cref="Enc"/>… given here.</summary>
    public sealed record Session(
        string Name, byte Implementation, byte Level, string Enc, string Mac, string Dek, string HostChallenge, string InitializeUpdateAnswer,
        string ExternalAuthenticate, string[] Plain, string[] Wrapped)
    {
        public override string ToString() => Name;
    }

    public static readonly Session[] Sessions =
    [
        // kaoh/globalplatform globalplatform/src/scp02Test.c, commit 8dd2f1b, get_status_mac_only.
        new("kaoh C-MAC", 0x15, 0x01, DefaultKey, DefaultKey, DefaultKey, "D5AD539A60CA5E72", "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E",
            "84820100107C799B3C771DBAE6BEF49310977617BA",
            ["80F22002024F0000"],
            ["84F220020A4F00BB6E71C0EFCFCF0D00"]),

        // The same file, install_mac_enc.
        new("kaoh C-MAC and C-DECRYPTION", 0x15, 0x03, DefaultKey, DefaultKey, DefaultKey, "EBAA9E53C696281B",
            "000074746E6E6E626262010206A15086BBEE58F467149061DA4B6EAE",
            "848203001005814C116071EB67D8BA9D9879454564",
            ["80E400800A4F08D0D1D2D3D4D5010100", "80E40080094F07D0D1D2D3D4D50100"],
            ["84E4008018BC146FA0403BE4BAD3BC089E4ABD8674DA7EFEA21047B85800", "84E4008018C2748C1669FAFC0E20C5253680388A4A49C9A6038D77B45700"]),

        // A real Nokia 6131, i = 55: SourceForge globalplatform-users, thread 4AC38066.4080006, 2009-09-30.
        new("Nokia 6131 i=55", 0x55, 0x03, DefaultKey, DefaultKey, DefaultKey, "C453FA25E5281272", "000073204CC7A85453292A02001C389736801E91531A9CC29523CDA9",
            "848203001011B0FCFA2F4C342CE32AE87469F2C20A",
            ["80F22000024F0000", "80E400800C4F0AA00000006203010C010100"],
            ["84F2200010DD0DA4CBDB95ABD873FB51E99ED8D1F900", "84E400801866B6144AC33B8B09F5407AE3AF46FD5D47CED38D3D75296C00"]),

        // osmocom/pysim tests/unittests/test_globalplatform.py, commit 078ac2b, SCP02_Test: three different keys.
        new("pySim C-MAC", 0x15, 0x01, "100102030405060708090A0B0C0D0E0F", "101102030405060708090A0B0C0D0E0F", "102102030405060708090A0B0C0D0E0F",
            "40A62C37FA6304F8", "00000000000000000000700200016B4524ABEE7CF32EA3838BC148F3",
            "8482010010BA6961667737C5BCEBECE14C7D6A4376",
            ["80F22002", "80CA006600", "80F220020A4F0212345C054F9F70C5", "80F28002024F0000"],
            ["84F220020814DB34FA4341DCA8", "84CA00660855ED7C5FF069512B00", "84F22002124F0212345C054F9F70C58FC1B380C4228AF8", "84F280020A4F003B95F09317DE6A4E00"]),
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

    /// <summary>Session keys of the default keys with counter 0000, OpenJavaCard SCP02DerivationTest.java; the check values are GlobalPlatformPro's.</summary>
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
}
