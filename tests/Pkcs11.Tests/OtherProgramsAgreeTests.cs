using System.Security.Cryptography;
using PersoMesh.Fixtures;
using PersoMesh.Keys;

namespace PersoMesh.Pkcs11.Tests;

/// <summary>OpenSC's pkcs11-tool looks at what we made, we look at what it made, and OpenSSL recalculates.</summary>
public sealed class OtherProgramsAgreeTests(OpenModule hsm) : IClassFixture<OpenModule>
{
    SoftHsmFixture SoftHsm => hsm.SoftHsm;

    [Fact]
    public void Pkcs11_tool_sees_our_key_as_sensitive_and_not_extractable()
    {
        using (var administration = Pkcs11KeyAdministration.Open(SoftHsm.Options()))
            administration.Generate("seen by others", KeyAlgorithm.Aes, 32);
        var listing = SoftHsm.RunPkcs11Tool("--list-objects", "--type", "secrkey");
        var at = listing.IndexOf("seen by others", StringComparison.Ordinal);
        Assert.True(at > 0, listing);
        Assert.Contains("AES length 32", listing, StringComparison.Ordinal);
        var rest = listing[at..];
        Assert.Contains("sensitive, always sensitive, never extractable, local", rest, StringComparison.Ordinal);
    }

    [Fact]
    public void We_find_and_describe_the_key_that_pkcs11_tool_made()
    {
        SoftHsm.RunPkcs11Tool("--keygen", "--key-type", "AES:24", "--label", "made by others", "--sensitive");
        using var session = hsm.Module.OpenSession();
        using var key = session.GetKey("made by others");
        Assert.Equal((KeyAlgorithm.Aes, 24), (key.Algorithm, key.Length));
        var block = new byte[16];
        key.EncryptEcb(block, block);
        key.DecryptEcb(block, block);
        Assert.Equal(new byte[16], block);
    }

    [Fact]
    public void A_label_that_two_keys_have_is_refused()
    {
        SoftHsm.RunPkcs11Tool("--keygen", "--key-type", "AES:16", "--label", "twice");
        SoftHsm.RunPkcs11Tool("--keygen", "--key-type", "AES:16", "--label", "twice");
        using var session = hsm.Module.OpenSession();
        var failure = Assert.Throws<KeyNotFoundInModuleException>(() => session.GetKey("twice"));
        Assert.StartsWith("2 secret keys labelled 'twice'", failure.Message, StringComparison.Ordinal);
        using var administration = Pkcs11KeyAdministration.Open(SoftHsm.Options());
        Assert.Throws<KeyNotFoundInModuleException>(() => administration.Delete("twice"));
    }

    [Fact]
    public void A_key_that_is_neither_AES_nor_3DES_is_refused_by_name()
    {
        SoftHsm.RunPkcs11Tool("--keygen", "--key-type", "GENERIC:20", "--label", "generic");
        using var session = hsm.Module.OpenSession();
        var failure = Assert.Throws<SecurityModuleException>(() => session.GetKey("generic"));
        Assert.Contains("'generic'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("CKK 0x10", failure.Message, StringComparison.Ordinal);
        using var administration = Pkcs11KeyAdministration.Open(SoftHsm.Options());
        Assert.Contains(administration.List(), key => key with { Uses = KeyUses.None } == new KeyDescription("generic", "CKK 0x10", 20, null));
    }

    [Theory]
    [InlineData(KeyAlgorithm.TripleDes, 16, "-des-ede-cbc")]
    [InlineData(KeyAlgorithm.TripleDes, 24, "-des-ede3-cbc")]
    [InlineData(KeyAlgorithm.Aes, 32, "-aes-256-cbc")]
    public void OpenSSL_calculates_the_same_CBC_and_the_same_derived_key(KeyAlgorithm algorithm, int length, string cipher)
    {
        var value = RandomNumberGenerator.GetBytes(length);
        var label = Guid.NewGuid().ToString();
        SoftHsm.Import(label, algorithm, value);
        using var session = hsm.Module.OpenSession();
        using var key = session.GetKey(label);
        var iv = RandomNumberGenerator.GetBytes(algorithm == KeyAlgorithm.Aes ? 16 : 8);
        var data = RandomNumberGenerator.GetBytes(32);
        var output = new byte[32];
        key.EncryptCbc(iv, data, output);
        var judged = OpenSsl(cipher, value, iv, data);
        Assert.Equal(judged, output);

        using var derived = key.DeriveCbc(iv, data, KeyAlgorithm.Aes, 32);
        derived.EncryptEcb(data, output);
        Assert.Equal(OpenSsl("-aes-256-ecb", judged, [], data), output);
    }

    byte[] OpenSsl(string cipher, byte[] key, byte[] iv, byte[] data)
    {
        var input = Path.Combine(SoftHsm.DirectoryPath, "openssl-in");
        var output = Path.Combine(SoftHsm.DirectoryPath, "openssl-out");
        File.WriteAllBytes(input, data);
        string[] initialValue = iv.Length > 0 ? ["-iv", Convert.ToHexString(iv)] : [];
        SoftHsm.Run("openssl", ["enc", cipher, "-K", Convert.ToHexString(key), .. initialValue, "-nopad", "-in", input, "-out", output]);
        return File.ReadAllBytes(output);
    }
}
