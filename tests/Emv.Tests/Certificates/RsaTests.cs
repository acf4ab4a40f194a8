using System.Security.Cryptography;

namespace PersoMesh.Emv.Tests;

public class RsaTests
{
    [Fact]
    public void Raw_signatures_are_those_of_openssl()
    {
        using var openssl = new OpenSslRsa(PublishedKeys.Icc);
        var software = new SoftwareRsaSigner(PublishedKeys.Icc);
        var block = new byte[128];
        foreach (var last in new byte[] { 0x00, 0x01, 0x02, 0x5A })
        {
            block[^1] = last;
            block[5] = last;
            byte[] expected = new byte[128], actual = new byte[128];
            openssl.SignRaw(block, expected);
            software.SignRaw(block, actual);
            Assert.Equal(Hex.Of(expected), Hex.Of(actual));
        }
    }

    [Fact]
    public void Exponent_65537_works_too()
    {
        using var rsa = RSA.Create(1024);
        var signer = new SoftwareRsaSigner(rsa.ExportParameters(includePrivateParameters: true));
        var block = new byte[128];
        block[1] = 0x42;
        byte[] signature = new byte[128], opened = new byte[128];
        signer.SignRaw(block, signature);
        Assert.True(signer.PublicKey.TryApply(signature, opened));
        Assert.Equal(Hex.Of(block), Hex.Of(opened));
        Assert.Equal("RSA public key, 1024 bits, e=65537", signer.PublicKey.ToString());
    }

    [Fact]
    public void Parts_that_do_not_belong_together_are_refused()
    {
        var mixed = PublishedKeys.Icc;
        mixed.DP = mixed.DQ;
        Assert.Throws<ArgumentException>(() => new SoftwareRsaSigner(mixed));
        mixed.DP = null;
        Assert.Throws<ArgumentException>(() => new SoftwareRsaSigner(mixed));
    }

    [Fact]
    public void Only_keys_that_emv_allows_are_taken()
    {
        // EMV 4.3 Book 2 §5.1 (leftmost bit) and §B2.1 (lengths, exponents).
        var modulus = VectorFile.CardSimulator["iccModulus"];
        Assert.True(RsaPublicKey.TryCreate(modulus, [0x01, 0x00, 0x01], out _));
        Assert.False(RsaPublicKey.TryCreate(modulus, [0x05], out _));
        Assert.False(RsaPublicKey.TryCreate(modulus, [0x00, 0x03], out _));
        Assert.False(RsaPublicKey.TryCreate([0x40, .. modulus[1..]], [0x03], out _));
        Assert.False(RsaPublicKey.TryCreate(new byte[249], [0x03], out _));
        Assert.False(RsaPublicKey.TryCreate([.. modulus[..^1], 0x02], [0x03], out _));
        Assert.Throws<ArgumentException>(() => new RsaPublicKey(modulus, []));
    }

    [Fact]
    public void A_number_that_is_not_below_the_modulus_is_no_signature()
    {
        var key = VectorFile.CardSimulator.Key("iccModulus");
        Assert.False(key.TryApply(key.Modulus.Span, new byte[128]));
    }
}
