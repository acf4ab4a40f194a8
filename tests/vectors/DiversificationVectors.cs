namespace PersoMesh.TestVectors;

/// <summary>Published card key diversification vectors, hexadecimal.</summary>
public static class DiversificationVectors
{
    const string Kmc = "404142434445464748494A4B4C4D4E4F";
    const string Kdd = "00010203040506070809";

    /// <summary>Method name, master key, diversification data, Key-ENC, Key-MAC, Key-DEK.</summary>
    public static readonly (string Method, string Master, string Kdd, string[] Keys)[] Keys =
    [
        // OpenJavaCard SCPDiversificationTest.java (full keys).
        ("emv-cps", Kmc, "00000000000000000000",
            ["5D9A62E01DF1FA7A93F231000F4AC272", "13179F2220FC6BCE5E740387EB78DB5C", "8BBE5457944D18DF460AF68730F570A2"]),
        ("emv-cps", Kmc, "0102030405060708090A",
            ["6438A05AC377DF302423BC5E2038FB5B", "5A9402DDABC5B9497BBECE0884929B83", "ACB4C129B3912FB782A4EAEE043BAE95"]),

        // A real Oberthur COSMO 8.1, GlobalPlatformPro issue #113.
        ("kdf3", Scp03Vectors.CosmoMaster, "149480576000078C0100", Scp03Vectors.CosmoCardKeys),
    ];

    /// <summary>
    /// Check values: GlobalPlatformPro library/src/test/java/pro/javacard/gp/test/TestPlaintextKeys.java, commit 236a610. Order ENC, MAC,
    /// DEK.
    /// </summary>
    public static readonly (string Method, string Master, string Kdd, string[] CheckValues)[] CheckValues =
    [
        ("emv-cps", Kmc, Kdd, ["C33013", "6F4CA6", "BB8179"]),
        ("visa2", Kmc, Kdd, ["2BE598", "58DA38", "3C328E"]),
        ("kdf3", Kmc, Kdd, ["E79C05", "D1BD77", "3FDE8C"]),

        ("kdf3", Kmc + "5051525354555657", Kdd, ["1DE8EA", "47C00C", "C04D76"]),
        ("kdf3", Kmc + "505152535455565758595A5B5C5D5E5F", Kdd, ["2972D2", "036F94", "5D57B8"]),

        // No vector is published: the rule of that project (GPPro PlaintextKeys) computed by openssl enc -des-ede.
        ("visa", Kmc, Kdd, ["A11F9A", "1A9282", "6F2E6B"]),
    ];

    /// <summary>GlobalPlatformPro TestSCP03.testKDF3: master key, diversification data, Key-ENC.</summary>
    public const string Kdf3Master = "8C72C72CF908411653018807950D82FBAD947562F0828A0B10B8B9606ABF3BCD";
    public const string Kdf3Kdd = "D9B1DE5D0362DEDCE4FB";
    public const string Kdf3Enc = "9AAC5D0B3601F89438A0D9D0B6B256CFB47E6462DFA5228D3420C4AC7C224781";
}
