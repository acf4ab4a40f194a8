using PersoMesh.Fixtures;
using PersoMesh.Keys;

namespace PersoMesh.Pkcs11.Tests;

/// <summary>Opening a module: what it reports, and what it says when the options do not fit.</summary>
public sealed class OpeningTests(SoftHsmFixture softHsm) : IClassFixture<SoftHsmFixture>
{
    [Fact]
    public void Every_mechanism_that_the_project_needs_is_usable_in_SoftHSM()
    {
        using var module = Pkcs11SecurityModule.Open(softHsm.Options());
        Assert.Equal("SoftHSM v2 token \"persomesh-test\"", module.Name);
        Assert.False(module.IsForDemonstrationOnly);
        Assert.Equal(
            [
                "CKM_DES3_ECB", "CKM_DES3_CBC", "CKM_DES3_CMAC", "CKM_DES3_ECB_ENCRYPT_DATA", "CKM_DES3_CBC_ENCRYPT_DATA",
                "CKM_AES_ECB", "CKM_AES_CBC", "CKM_AES_CMAC", "CKM_AES_ECB_ENCRYPT_DATA", "CKM_AES_CBC_ENCRYPT_DATA",
            ],
            module.Mechanisms.Select(p => p.Mechanism));
        Assert.All(module.Mechanisms, probe => Assert.True(probe.IsUsable, probe.ToString()));
    }

    [Fact]
    public void A_mechanism_that_the_token_refuses_is_reported_with_what_will_not_work()
    {
        using var restricted = SoftHsmFixture.WithMechanisms("CKM_AES_KEY_GEN,CKM_AES_ECB,CKM_AES_CBC,CKM_AES_ECB_ENCRYPT_DATA");
        using var module = Pkcs11SecurityModule.Open(restricted.Options());
        var unusable = module.Mechanisms.Where(p => !p.IsUsable).ToDictionary(p => p.Mechanism, p => p.ToString(), StringComparer.Ordinal);
        var report = unusable["CKM_AES_CMAC"];
        Assert.StartsWith("CKM_AES_CMAC is not usable, so these will not work: SCP03 cryptograms", report, StringComparison.Ordinal);
        Assert.Contains("CKR_MECHANISM_INVALID (0x70)", report, StringComparison.Ordinal);
        Assert.Equal(
            [
                "CKM_AES_CBC_ENCRYPT_DATA", "CKM_AES_CMAC",
                "CKM_DES3_CBC", "CKM_DES3_CBC_ENCRYPT_DATA", "CKM_DES3_CMAC", "CKM_DES3_ECB", "CKM_DES3_ECB_ENCRYPT_DATA",
            ],
            unusable.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_PIN_can_come_from_an_environment_variable()
    {
        const string Variable = "PERSOMESH_TEST_PIN";
        var options = new Pkcs11Options
        {
            LibraryPath = softHsm.LibraryPath,
            TokenLabel = softHsm.TokenLabels[0],
            PinEnvironmentVariable = Variable,
        };
        Environment.SetEnvironmentVariable(Variable, File.ReadAllText(softHsm.PinFile).Trim());
        Pkcs11SecurityModule.Open(options).Dispose();
        Environment.SetEnvironmentVariable(Variable, null);
        Fails(options, "environment variable PERSOMESH_TEST_PIN");
    }

    [Fact]
    public void A_token_is_found_by_slot_too()
    {
        using var library = Pkcs11Library.Open(softHsm.LibraryPath);
        var token = library.GetTokens().Single(t => t.IsInitialized);
        Assert.Equal(("persomesh-test", "SoftHSM project", "SoftHSM v2"), (token.Label, token.Manufacturer, token.Model));
        Assert.Equal("2.6", token.FirmwareVersion);
        using var module = Pkcs11SecurityModule.Open(
            new Pkcs11Options { LibraryPath = softHsm.LibraryPath, SlotId = token.SlotId, PinFile = softHsm.PinFile });
        Assert.Contains("persomesh-test", module.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_token_is_named_with_those_that_are_present()
    {
        Fails(softHsm.Options("elsewhere"), "no token labelled 'elsewhere' (present: 'persomesh-test' in slot ");
        Fails(new Pkcs11Options { LibraryPath = softHsm.LibraryPath }, "set TokenLabel or SlotId");
    }

    [Fact]
    public void A_missing_or_empty_PIN_file_and_missing_settings_are_named()
    {
        Fails(WithPinFile("/nonexistent/pin"), "PIN file '/nonexistent/pin'");
        var empty = Path.Combine(softHsm.DirectoryPath, "empty-pin");
        File.WriteAllText(empty, "\r\n");
        Fails(WithPinFile(empty), "is empty");
        Fails(WithPinFile(null), "set PinFile or PinEnvironmentVariable");
    }

    [Fact]
    public void A_wrong_PIN_is_refused_without_being_shown()
    {
        var file = Path.Combine(softHsm.DirectoryPath, "wrong-pin");
        File.WriteAllText(file, "86420");
        var failure = Assert.Throws<Pkcs11Exception>(() => Pkcs11SecurityModule.Open(WithPinFile(file)));
        Assert.Equal(("C_Login", "CKR_PIN_INCORRECT"), (failure.Function, failure.ReturnValueName));
        Assert.False(failure.IsTransient);
        Assert.DoesNotContain("86420", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_is_no_PKCS11_library_is_named()
    {
        Fails(new Pkcs11Options { LibraryPath = "/nonexistent/libcryptoki.so", TokenLabel = "any" }, "libcryptoki.so' cannot be loaded");
        Fails(new Pkcs11Options { LibraryPath = "libc.so.6", TokenLabel = "any" }, "it is not a PKCS#11 library");
    }

    [Fact]
    public void Wrong_lengths_are_refused_before_the_token_sees_them()
    {
        softHsm.Import("lengths", KeyAlgorithm.Aes, new byte[16]);
        using var module = Pkcs11SecurityModule.Open(softHsm.Options());
        using var session = module.OpenSession();
        using var key = session.GetKey("lengths");
        byte[] block = new byte[16], two = new byte[32];
        Assert.Throws<ArgumentException>(() => key.EncryptEcb([], block));
        Assert.Throws<ArgumentException>(() => key.EncryptEcb(new byte[15], block));
        Assert.Throws<ArgumentException>(() => key.EncryptEcb(two, block));
        Assert.Throws<ArgumentException>(() => key.EncryptCbc(new byte[8], block, block));
        Assert.Throws<ArgumentException>(() => key.Cmac(block, new byte[15]));
        Assert.Throws<ArgumentException>(() => key.DeriveEcb(block, KeyAlgorithm.Aes, 32));
        Assert.Throws<ArgumentException>(() => key.DeriveCbc([], block, KeyAlgorithm.Aes, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.DeriveEcb(block, KeyAlgorithm.TripleDes, 8));
        key.EncryptEcb(block, two);
        Assert.Equal(new byte[16], two[16..]);
        Assert.Equal("Aes key 'lengths', 16 bytes", key.ToString());
        using var derived = key.DeriveEcb(block, KeyAlgorithm.TripleDes, 16);
        Assert.Equal("TripleDes key, 16 bytes, derived from 'lengths'", derived.ToString());
    }

    Pkcs11Options WithPinFile(string? path) =>
        new() { LibraryPath = softHsm.LibraryPath, TokenLabel = softHsm.TokenLabels[0], PinFile = path };

    static void Fails(Pkcs11Options options, string message)
    {
        var failure = Assert.Throws<SecurityModuleException>(() => Pkcs11SecurityModule.Open(options));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }
}
