using PersoMesh.Fixtures;
using PersoMesh.Keys;

namespace PersoMesh.Pkcs11.Tests;

public sealed class KeyAdministrationTests : IDisposable
{
    readonly SoftHsmFixture _softHsm = new();
    readonly Pkcs11KeyAdministration _administration;

    public KeyAdministrationTests() => _administration = Pkcs11KeyAdministration.Open(_softHsm.Options());

    [Theory]
    // osmocom/pysim test_globalplatform.py, KCV over 16 bytes 01.
    [InlineData(KeyAlgorithm.Aes, "000102030405060708090A0B0C0D0E0F", "AES", "C35280")]
    // GlobalPlatformPro TestPlaintextKeys.java @ 236a610: EMV CPS, VISA2 and KDF3 keys.
    [InlineData(KeyAlgorithm.TripleDes, "0EF59FCBF8019B62E62AF6EA20B8BF25", "DES2", "C33013")]
    [InlineData(KeyAlgorithm.TripleDes, "8510FC973208218CA86888BCEC203635", "DES2", "2BE598")]
    [InlineData(KeyAlgorithm.TripleDes, "8510FC973208218CA86888BCEC2036358510FC973208218C", "DES3", "2BE598")]
    [InlineData(KeyAlgorithm.Aes, "7C5E0EB1D8F19C63D51CFD20174D8F903C5C0AB035FB1F81", "AES", "1DE8EA")]
    [InlineData(KeyAlgorithm.Aes, "7E227C0F6D736A2492A356F83872F6814D3D38831E224DB731AAB0D1B51FAAF3", "AES", "2972D2")]
    public void An_imported_key_has_the_published_check_value(KeyAlgorithm algorithm, string value, string type, string checkValue)
    {
        var imported = _administration.Import("kmc", algorithm, Convert.FromHexString(value));
        Assert.Equal(new KeyDescription("kmc", type, value.Length / 2, checkValue) { Uses = KeyUses.Calculate }, imported);
        Assert.Equal([imported], _administration.List());
    }

    [Theory]
    [InlineData(KeyAlgorithm.Aes, 16)]
    [InlineData(KeyAlgorithm.Aes, 24)]
    [InlineData(KeyAlgorithm.Aes, 32)]
    [InlineData(KeyAlgorithm.TripleDes, 16)]
    [InlineData(KeyAlgorithm.TripleDes, 24)]
    public void A_generated_key_can_be_used(KeyAlgorithm algorithm, int length)
    {
        var generated = _administration.Generate("new", algorithm, length);
        Assert.Equal(length, generated.Length);
        using var module = Pkcs11SecurityModule.Open(_softHsm.Options());
        using var session = module.OpenSession();
        using var key = session.GetKey("new");
        var block = new byte[16];
        if (algorithm == KeyAlgorithm.Aes)
            block.AsSpan().Fill(1);
        key.EncryptEcb(block, block);
        Assert.Equal(generated.CheckValue, Convert.ToHexString(block.AsSpan(0, 3)));
    }

    [Fact]
    public void A_taken_label_is_refused()
    {
        _administration.Generate("taken", KeyAlgorithm.Aes, 16);
        foreach (var attempt in (Action[])
            [
                () => _administration.Generate("taken", KeyAlgorithm.TripleDes, 16),
                () => _administration.Import("taken", KeyAlgorithm.Aes, new byte[16]),
            ])
        {
            var failure = Assert.Throws<SecurityModuleException>(attempt);
            Assert.Contains("already has a secret key labelled 'taken'", failure.Message, StringComparison.Ordinal);
        }

        Assert.Single(_administration.List());
    }

    [Fact]
    public void Keys_are_listed_by_label_and_deleted_by_label()
    {
        foreach (var label in (string[])["zebra", "Äpfel", "alpha"])
            _administration.Generate(label, KeyAlgorithm.Aes, 16);
        Assert.Equal(["alpha", "zebra", "Äpfel"], _administration.List().Select(k => k.Label));
        _administration.Delete("zebra");
        Assert.Equal(["alpha", "Äpfel"], _administration.List().Select(k => k.Label));
        Assert.Throws<KeyNotFoundInModuleException>(() => _administration.Delete("zebra"));
    }

    [Fact]
    public void More_keys_than_one_answer_holds_are_all_listed()
    {
        for (var i = 0; i < 17; i++)
            _administration.Import($"key {i:D2}", KeyAlgorithm.Aes, new byte[16]);
        Assert.Equal(Enumerable.Range(0, 17).Select(i => $"key {i:D2}"), _administration.List().Select(k => k.Label));
    }

    [Fact]
    public void A_label_has_at_most_255_bytes()
    {
        var longest = new string('ß', 127) + "x";
        Assert.Equal(longest, _administration.Generate(longest, KeyAlgorithm.Aes, 16).Label);
        Assert.Throws<ArgumentException>(() => _administration.Generate(longest + "x", KeyAlgorithm.Aes, 16));
    }

    [Theory]
    [InlineData(KeyAlgorithm.TripleDes, 8)]
    [InlineData(KeyAlgorithm.TripleDes, 32)]
    [InlineData(KeyAlgorithm.Aes, 15)]
    [InlineData(KeyAlgorithm.Aes, 0)]
    public void A_length_that_the_cipher_does_not_have_is_refused(KeyAlgorithm algorithm, int length)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _administration.Import("odd", algorithm, new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => _administration.Generate("odd", algorithm, length));
        Assert.Empty(_administration.List());
    }

    [Fact]
    public void A_key_does_only_what_it_was_made_for()
    {
        var macOnly = _administration.Import("mac only", KeyAlgorithm.Aes, new byte[16], KeyUses.Mac);
        Assert.Null(macOnly.CheckValue);
        using var module = Pkcs11SecurityModule.Open(_softHsm.Options());
        using var session = module.OpenSession();
        using var key = session.GetKey("mac only");
        key.Cmac([], new byte[16]);
        var failure = Assert.Throws<Pkcs11Exception>(() => key.EncryptEcb(new byte[16], new byte[16]));
        Assert.Equal("CKR_KEY_FUNCTION_NOT_PERMITTED", failure.ReturnValueName);
        Assert.Contains("'mac only'", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Throws<Pkcs11Exception>(() => key.DeriveEcb(new byte[16], KeyAlgorithm.Aes, 16));
    }

    public void Dispose()
    {
        _administration.Dispose();
        _softHsm.Dispose();
    }
}
