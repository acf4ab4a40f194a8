using System.Security.Cryptography;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Keys;
using PersoMesh.Security.Preparation;

namespace PersoMesh.Security.Tests;

public sealed class SecretComputerTests : IDisposable
{
    const string ZoneKey = "1A2B3C4D5E6F708192A3B4C5D6E7F809";
    const string Pan = "9901234567890123";

    readonly SoftwareSecurityModule _module = Some.Module();

    public SecretComputerTests()
    {
        _module.AddKey("IMK-AC", KeyAlgorithm.TripleDes, Convert.FromHexString("0123456789ABCDEFFEDCBA9876543210"));
        _module.AddKey("ZPK", KeyAlgorithm.TripleDes, Convert.FromHexString(ZoneKey));
        // NXP AN10922 §2.2.1.
        _module.AddKey("SITE", KeyAlgorithm.Aes, Convert.FromHexString("00112233445566778899AABBCCDDEEFF"));
    }

    public void Dispose() => _module.Dispose();

    [Fact]
    public void A_card_key_has_the_published_check_value()
    {
        // pyemv@cf6b82d tests/test_ac_hsm.py: PAN 9901234567890123, PSN 45.
        var values = Compute(new SecretDescription("debit/9000", [MasterKey(Pan)], IsCheckValues: true));
        Assert.Equal("1DA5", Convert.ToHexString(values, 0, 2));
        Assert.Equal(3, values.Length);
    }

    [Fact]
    public void Keys_of_a_secret_follow_each_other()
    {
        var one = Compute(new SecretDescription("debit/8000", [MasterKey(Pan)]));
        Assert.Equal(16, one.Length);
        Assert.Equal((byte[])[.. one, .. one], Compute(new SecretDescription("debit/8000", [MasterKey(Pan), MasterKey(Pan)])));
    }

    [Fact]
    public void An_access_key_is_the_published_one()
    {
        // NXP AN10922 §2.2.1: UID, application and system identifier diversify the key.
        var value = Compute(new SecretDescription("access/8001",
            [new SecretSource("aesKey", new Dictionary<string, string> { ["master"] = "SITE", ["diversifier"] = "04782E21801D803042F54E585020416275" })]));
        Assert.Equal("A8DD63A3B89D54B37CA802473FDA9175", Convert.ToHexString(value));
    }

    [Fact]
    public void A_pin_block_is_translated_for_the_card()
    {
        // PIN 1234: ISO 9564-1 format 0 goes in, format 2 comes out, both spelled out here.
        var clear = Convert.ToHexString(Xor("041234FFFFFFFFFF", "0000" + Pan[3..15]));
        using var cipher = TripleDES.Create();
        cipher.Key = Convert.FromHexString(ZoneKey + ZoneKey[..16]);
        var block = Convert.ToHexString(cipher.EncryptEcb(Convert.FromHexString(clear), PaddingMode.None));
        Assert.Equal("241234FFFFFFFFFF", Convert.ToHexString(Compute(Pin(block))));
    }

    [Fact]
    public void A_pin_block_of_another_key_is_refused_without_its_value()
    {
        const string Block = "A1B2C3D4E5F60718";
        var refused = Assert.Throws<SecretRefusedException>(() => Compute(Pin(Block)));
        Assert.Equal("debit/8010", refused.Secret);
        Assert.DoesNotContain(Block, refused.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Pan, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_key_is_named()
    {
        var missing = Assert.Throws<KeyNotFoundInModuleException>(() => Compute(new SecretDescription("debit/8000",
            [new SecretSource("emvMasterKey", new Dictionary<string, string> { ["master"] = "IMK-NONE", ["pan"] = Pan, ["sequence"] = "01" })])));
        Assert.Contains("IMK-NONE", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_values_differ()
    {
        var random = new SecretDescription("access/8003", [new SecretSource("random", new Dictionary<string, string> { ["length"] = "16" })]);
        Assert.NotEqual(Compute(random), Compute(random));
    }

    byte[] Compute(SecretDescription secret)
    {
        using var session = _module.OpenSession();
        return SecretComputer.Compute(session, secret);
    }

    static SecretSource MasterKey(string pan) =>
        new("emvMasterKey", new Dictionary<string, string> { ["master"] = "IMK-AC", ["pan"] = pan, ["sequence"] = "45" });

    static SecretDescription Pin(string block) => new("debit/8010",
    [
        new SecretSource("pinBlock", new Dictionary<string, string>
        {
            ["block"] = block, ["key"] = "ZPK", ["pan"] = Pan, ["from"] = "0", ["to"] = "2",
        }),
    ]);

    static byte[] Xor(string left, string right) =>
        [.. Convert.FromHexString(left).Zip(Convert.FromHexString(right), (x, y) => (byte)(x ^ y))];
}
