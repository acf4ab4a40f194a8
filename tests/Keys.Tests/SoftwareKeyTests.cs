namespace PersoMesh.Keys.Tests;

public class SoftwareKeyTests
{
    [Theory]
    // RFC 4493 §4 (AES-CMAC test vectors, key 2B7E1516 28AED2A6 ABF71588 09CF4F3C).
    [InlineData("", "BB1D6929E95937287FA37D129B756746")]
    [InlineData("6BC1BEE22E409F96E93D7E117393172A", "070A16B46B4D4144F79BDD9DD04A287C")]
    [InlineData("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411", "DFA66747DE9AE63030CA32611497C827")]
    public void Cmac_matches_RFC_4493(string message, string expected)
    {
        using var key = new SoftwareKey(KeyAlgorithm.Aes, Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C"));
        var mac = new byte[16];
        key.Cmac(Convert.FromHexString(message), mac);
        Assert.Equal(expected, Convert.ToHexString(mac));
    }

    [Fact]
    public void Equal_halves_are_single_des()
    {
        // NIST SP 800-17 / FIPS 81 sample: DES key 0123456789ABCDEF, plaintext "Now is t" -> 3FA40E8A984D4815.
        using var key = new SoftwareKey(KeyAlgorithm.TripleDes, Convert.FromHexString("0123456789ABCDEF0123456789ABCDEF"));
        var block = new byte[8];
        key.EncryptEcb("Now is t"u8, block);
        Assert.Equal("3FA40E8A984D4815", Convert.ToHexString(block));
    }

    [Fact]
    public void A_key_says_nothing_of_its_value()
    {
        using var key = new SoftwareKey(KeyAlgorithm.Aes, new byte[16]);
        Assert.Equal("Aes key, 16 bytes", key.ToString());
    }
}
