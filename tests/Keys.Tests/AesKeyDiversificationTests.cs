namespace PersoMesh.Keys.Tests;

public class AesKeyDiversificationTests
{
    [Fact]
    public void The_example_of_the_application_note_comes_out()
    {
        // NXP AN10922 rev. 2.2 §2.2.1: master key, diversification input (UID ‖ AID ‖ system identifier) and result.
        using var master = new SoftwareKey(KeyAlgorithm.Aes, Convert.FromHexString("00112233445566778899AABBCCDDEEFF"));
        var key = new byte[16];
        AesKeyDiversification.ComputeKeyData(master, Convert.FromHexString("04782E21801D803042F54E585020416275"), key);
        Assert.Equal("A8DD63A3B89D54B37CA802473FDA9175", Convert.ToHexString(key));
    }
}
