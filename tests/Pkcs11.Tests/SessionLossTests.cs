using PersoMesh.Fixtures;
using PersoMesh.Keys;

namespace PersoMesh.Pkcs11.Tests;

/// <summary>The token forgets sessions, logins and objects; the module goes on as far as that is safe.</summary>
public sealed class SessionLossTests : IDisposable
{
    static readonly byte[] Value = Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C");

    // A token of its own for each test, because a loss concerns all sessions of the process with the token.
    readonly SoftHsmFixture _softHsm = new();
    readonly Pkcs11SecurityModule _module;

    public SessionLossTests()
    {
        _softHsm.Import("root", KeyAlgorithm.Aes, Value);
        _module = Pkcs11SecurityModule.Open(_softHsm.Options(maxSessions: 2));
    }

    [Fact]
    public void Idle_sessions_that_are_lost_are_replaced()
    {
        using (_module.OpenSession())
        using (_module.OpenSession())
        {
            // Both places of the pool hold a session now.
        }

        LoseAllSessions();
        using ISecuritySession first = _module.OpenSession(), second = _module.OpenSession();
        AssertWorks(first);
        AssertWorks(second);
    }

    [Fact]
    public void A_key_of_the_token_survives_the_loss_of_its_session()
    {
        using var session = _module.OpenSession();
        using var key = session.GetKey("root");
        LoseAllSessions();
        AssertEncrypts(key);
        LoseAllSessions();
        key.Cmac([], new byte[16]);
        LoseAllSessions();
        using (key.DeriveEcb(new byte[16], KeyAlgorithm.Aes, 16))
        {
            // Derived in the new session.
        }

        LoseAllSessions();
        session.GenerateRandom(new byte[8]);
        AssertEncrypts(key);
    }

    [Fact]
    public void A_loss_that_one_session_notices_is_survived_by_the_others()
    {
        using ISecuritySession first = _module.OpenSession(), second = _module.OpenSession();
        using ISecretKey firstKey = first.GetKey("root"), secondKey = second.GetKey("root");
        LoseAllSessions();
        AssertEncrypts(firstKey);
        AssertEncrypts(secondKey);
    }

    [Fact]
    public void A_derived_key_is_lost_with_its_session_and_the_caller_may_start_again()
    {
        using (var session = _module.OpenSession())
        {
            using var key = session.GetKey("root");
            using var derived = key.DeriveEcb(new byte[16], KeyAlgorithm.Aes, 16);
            LoseAllSessions();
            var failure = Assert.Throws<Pkcs11Exception>(() => derived.EncryptEcb(new byte[16], new byte[16]));
            Assert.True(failure.IsTransient);
            Assert.Equal(("C_EncryptInit", 0xB3ul), (failure.Function, failure.ReturnValue));
            Assert.Equal(
                "encrypt with key 'root' in SoftHSM v2 token \"persomesh-test\": C_EncryptInit returned CKR_SESSION_HANDLE_INVALID (0xB3).",
                failure.Message);
            // Not replaced in silence: the rest of this unit of work would run without the derived key.
            Assert.True(Assert.Throws<Pkcs11Exception>(() => key.EncryptEcb(new byte[16], new byte[16])).IsTransient);
        }

        using var next = _module.OpenSession();
        AssertWorks(next);
    }

    [Fact]
    public void A_key_replaced_under_its_label_is_found_again()
    {
        using (var before = _module.OpenSession())
            AssertWorks(before);
        Replace(KeyAlgorithm.Aes, "000102030405060708090A0B0C0D0E0F");
        using var session = _module.OpenSession();
        using var key = session.GetKey("root");
        // FIPS 197 §C.1.
        var block = Convert.FromHexString("00112233445566778899AABBCCDDEEFF");
        key.EncryptEcb(block, block);
        Assert.Equal("69C4E0D86A7B0430D8CDB78070B4C55A", Convert.ToHexString(block));
    }

    [Fact]
    public void A_key_replaced_by_one_of_another_kind_stops_the_unit_of_work()
    {
        using (var session = _module.OpenSession())
        {
            using var key = session.GetKey("root");
            Replace(KeyAlgorithm.TripleDes, "0123456789ABCDEF23456789ABCDEF01");
            var failure = Assert.Throws<SecurityModuleException>(() => key.EncryptEcb(new byte[16], new byte[16]));
            Assert.True(failure.IsTransient);
            Assert.Contains("'root' is no longer Aes of 16 bytes", failure.Message, StringComparison.Ordinal);
        }

        using var next = _module.OpenSession();
        using var found = next.GetKey("root");
        Assert.Equal((KeyAlgorithm.TripleDes, 16), (found.Algorithm, found.Length));
    }

    [Fact]
    public void A_key_deleted_behind_our_back_is_reported_as_missing()
    {
        using var session = _module.OpenSession();
        using var key = session.GetKey("root");
        _softHsm.RunPkcs11Tool("--delete-object", "--type", "secrkey", "--label", "root");
        var failure = Assert.Throws<KeyNotFoundInModuleException>(() => key.EncryptEcb(new byte[16], new byte[16]));
        Assert.Equal("root", failure.Label);
    }

    [Fact]
    public void A_refused_PIN_is_not_tried_again()
    {
        using var token = new TokenAccess(_softHsm.Options());
        var right = File.ReadAllText(_softHsm.PinFile);
        LoseAllSessions();
        File.WriteAllText(_softHsm.PinFile, "9999");
        Assert.Equal("CKR_PIN_INCORRECT", Assert.Throws<Pkcs11Exception>(() => token.OpenSession(readWrite: false)).ReturnValueName);

        // Were it tried, the right PIN would now succeed.
        File.WriteAllText(_softHsm.PinFile, right);
        var second = Assert.Throws<Pkcs11Exception>(() => token.OpenSession(readWrite: false));
        Assert.Equal("CKR_PIN_INCORRECT", second.ReturnValueName);
        Assert.False(second.IsTransient);
        Assert.DoesNotContain("9999", second.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _module.Dispose();
        _softHsm.Dispose();
    }

    void LoseAllSessions()
    {
        using var token = new TokenAccess(_softHsm.Options());
        token.CloseAllSessions();
    }

    void Replace(KeyAlgorithm algorithm, string value)
    {
        using var administration = Pkcs11KeyAdministration.Open(_softHsm.Options());
        administration.Delete("root");
        administration.Import("root", algorithm, Convert.FromHexString(value));
    }

    static void AssertWorks(ISecuritySession session)
    {
        using var key = session.GetKey("root");
        AssertEncrypts(key);
    }

    static void AssertEncrypts(ISecretKey key)
    {
        // NIST SP 800-38A §F.1.1, block 1.
        var block = Convert.FromHexString("6BC1BEE22E409F96E93D7E117393172A");
        key.EncryptEcb(block, block);
        Assert.Equal("3AD77BB40D7A3660A89ECAF32466EF97", Convert.ToHexString(block));
    }
}
