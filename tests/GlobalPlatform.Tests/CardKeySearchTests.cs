using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class CardKeySearchTests
{
    [Fact]
    public void The_key_and_method_of_a_real_card_are_found_among_others()
    {
        // GlobalPlatformPro issue #113.
        using var right = Hex.Aes(Scp03Vectors.CosmoMaster);
        using var wrong = Hex.Aes(Scp02Vectors.DefaultKey);
        using var otherCipher = Hex.TripleDes(Scp02Vectors.DefaultKey);
        var found = CardKeySearch.Find(
            [new("default AES", wrong), new("default 3DES", otherCipher), new("cosmo master", right)],
            Hex.Bytes(Scp03Vectors.CosmoHostChallenge),
            InitializeUpdateResponse.Parse(Hex.Bytes(Scp03Vectors.CosmoAnswer)));
        Assert.Equal([new CardKeyMatch("cosmo master", DiversificationMethod.Kdf3, "01")], found);
    }

    [Fact]
    public void The_default_key_of_a_real_scp02_card_is_found()
    {
        // The Nokia 6131 session.
        var session = Scp02Vectors.Sessions[2];
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        var match = Assert.Single(CardKeySearch.Find(
            [new("default", key)], Hex.Bytes(session.HostChallenge),
                InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer))));
        Assert.Equal(("default", DiversificationMethod.None), (match.Label, match.Method));
        Assert.StartsWith("2A", match.KeyVersionNote);
    }

    [Fact]
    public void Nothing_is_found_when_no_key_fits()
    {
        var session = Scp02Vectors.Sessions[2];
        using var key = Hex.TripleDes("505152535455565758595A5B5C5D5E5F");
        Assert.Empty(CardKeySearch.Find(
            [new("other", key)], Hex.Bytes(session.HostChallenge),
                InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer))));
    }
}
