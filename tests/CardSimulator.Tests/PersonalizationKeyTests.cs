namespace PersoMesh.CardSimulator.Tests;

/// <summary>Secrets under a key that the manufacturer put into the application. The enciphered values are openssl's.</summary>
public class PersonalizationKeyTests
{
    const string Aid = Some.PaymentAid;

    // openssl enc -des-ede-cbc, -aes-128-cbc: -nopad, key 00 01 … 0F, initial value of zeros, over three times Some.Key.
    const string UnderTripleDes = "3187F0E89F657D9BD28A2C7198BF4AB16927EB653B623D03B8252BE84D274FADBEFD14D70BA0F5A29BE782A122553B32";
    const string UnderAes = "D533E59B45A153ED7E5E9C5DFCFD4AAAB97EE9D003893FAF19A356F041B7B27B8EBC463CDEDE5614C6417D7FC5E13E61";

    [Theory]
    [InlineData(KeyType.TripleDes, UnderTripleDes)]
    [InlineData(KeyType.Aes, UnderAes)]
    public void Keys_that_came_under_it_are_the_cards(KeyType type, string enciphered)
    {
        var host = Started(type);
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x8000, enciphered), p1: 0x20, last: false));
        Assert.Equal("9000", host.StoreData(
            TestHost.Dgi(0x9000, Some.DesKcv + Some.DesKcv + Some.DesKcv) + Some.ClearData(), firstBlock: 1));
        Assert.Equal(Some.Key + Some.Key + Some.Key, Convert.ToHexString(host.Card.DebugSecret(Aid, 0x8000)!));
    }

    [Fact]
    public void A_changed_byte_makes_other_keys_which_the_check_values_tell()
    {
        var host = Started(KeyType.TripleDes);
        host.StoreData(TestHost.Dgi(0x8000, "30" + UnderTripleDes[2..]), p1: 0x20, last: false);
        Assert.Equal("9315", host.StoreData(TestHost.Dgi(0x9000, Some.DesKcv + Some.DesKcv + Some.DesKcv), last: false, firstBlock: 1));
    }

    [Fact]
    public void Values_are_whole_blocks() =>
        Assert.Equal("6A80", Started(KeyType.Aes).StoreData(TestHost.Dgi(0x8000, UnderAes[..16]), p1: 0x20, last: false));

    [Fact]
    public void What_is_all_encrypted_is_under_the_sessions_key_as_ever()
    {
        var host = Started(KeyType.Aes);
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x8201, host.Encrypt(Some.Key)), p1: 0x60, last: false));
        Assert.Equal(Some.Key, Convert.ToHexString(host.Card.DebugSecret(Aid, 0x8201)!));
    }

    static TestHost Started(KeyType type)
    {
        var key = new PersonalizationKey(type, Hex.Bytes("000102030405060708090A0B0C0D0E0F"));
        var host = Some.Emv(change: blueprint => blueprint with
        {
            Packages = [new(Blueprints.PaymentPackage, [new() { Aid = Blueprints.PaymentModule, PersonalizationKey = key, WrongCheckValueStatus = 0x9315 }])],
        }).Open();
        host.Install();
        host.Personalize();
        return host;
    }
}
