using PersoMesh.Keys;

namespace PersoMesh.Emv.Tests;

public class SessionKeyTests
{
    const string Key = "0123456789ABCDEFFEDCBA9876543210";

    [Fact]
    public void Common_session_key_is_that_of_pyemv()
    {
        // pyemv@cf6b82d pyemv/kd.py, derive_common_sk: ATC 001C; pyemv sets odd parity, the specification does not.
        using var mk = Hex.TripleDes(Key);
        var r = new byte[8];
        CommonSessionKey.WriteDiversificationData(0x001C, r);
        var sk = new byte[16];
        CommonSessionKey.ComputeKeyData(mk, r, sk);
        DesParity.SetOdd(sk);
        Assert.Equal("E9FB384AF807B940FEDCEA613461B0C4", Hex.Of(sk));
    }

    [Theory]
    // pyemv@cf6b82d tests/test_kd_hsm.py, test_ac_hsm.py: R = 1234567890123456 on ICC master keys by option A and B.
    [InlineData(MasterKeyOption.A, "9901234567890123", 45, "0995")]
    [InlineData(MasterKeyOption.A, "12345678901234567", 45, "DF82")]
    [InlineData(MasterKeyOption.B, "12345678901234567", 45, "4262")]
    public void Session_key_object_has_the_check_value_of_the_hsm(MasterKeyOption option, string pan, int psn, string expected)
    {
        using var imk = Hex.TripleDes(Key);
        using var mk = IccMasterKey.DeriveKey(imk, option, Pan.Parse(pan), psn);
        using var sk = CommonSessionKey.DeriveKey(mk, Hex.Bytes("1234567890123456"));
        var kcv = new byte[2];
        KeyCheckValue.Compute(sk, kcv);
        Assert.Equal(expected, Hex.Of(kcv));
    }

    [Fact]
    public void Aes_128_session_key_is_one_block_and_longer_ones_are_two()
    {
        // EMV 4.3 Book 2 §A1.3.1 with openssl as the cipher: R = ATC 00F1, then zeros; F0 and 0F replace the third byte.
        const string key128 = "2B7E151628AED2A6ABF7158809CF4F3C";
        const string key192 = "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B";
        var r = new byte[16];
        CommonSessionKey.WriteDiversificationData(0x00F1, r);

        using var mk128 = Hex.Aes(key128);
        var sk128 = new byte[16];
        CommonSessionKey.ComputeKeyData(mk128, r, sk128);
        Assert.Equal(Hex.Of(OpenSsl.Run($"enc -aes-128-ecb -nopad -K {key128}", r)), Hex.Of(sk128));

        using var mk192 = Hex.Aes(key192);
        var sk192 = new byte[24];
        CommonSessionKey.ComputeKeyData(mk192, r, sk192);
        var both = Hex.Bytes("00F1F000000000000000000000000000" + "00F10F00000000000000000000000000");
        Assert.Equal(Hex.Of(OpenSsl.Run($"enc -aes-192-ecb -nopad -K {key192}", both).AsSpan(0, 24)), Hex.Of(sk192));
    }

    [Fact]
    public void Secure_messaging_diversifies_with_the_application_cryptogram()
    {
        var r = new byte[16];
        CommonSessionKey.WriteDiversificationData(Hex.Bytes("1122334455667788"), r);
        Assert.Equal("11223344556677880000000000000000", Hex.Of(r));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        using var mk = Hex.TripleDes(Key);
        Assert.Throws<ArgumentException>(() => CommonSessionKey.DeriveKey(mk, new byte[16]));
        Assert.Throws<ArgumentException>(() => CommonSessionKey.ComputeKeyData(mk, new byte[8], new byte[15]));
    }

    [Theory]
    // GPC 2.3.1 §B.6 by other people's values: pyemv test_ac_hsm.py (08D7 for this DES key);
    // AES with 01 repeated: osmocom/pysim tests/unittests/test_globalplatform.py, K-ENC 00..0F -> C35280.
    [InlineData(KeyAlgorithm.TripleDes, Key, KeyCheckInput.GlobalPlatform, "08D7")]
    [InlineData(KeyAlgorithm.Aes, "000102030405060708090A0B0C0D0E0F", KeyCheckInput.GlobalPlatform, "C35280")]
    // NIST AESAVS KeySbox128 #0: zeros as input.
    [InlineData(KeyAlgorithm.Aes, "10A58869D74BE5A374CF867CFB473859", KeyCheckInput.Zeros, "6D251E")]
    public void Key_check_values_are_those_of_others(KeyAlgorithm algorithm, string keyHex, KeyCheckInput input, string expected)
    {
        using var key = new SoftwareKey(algorithm, Hex.Bytes(keyHex));
        var kcv = new byte[expected.Length / 2];
        KeyCheckValue.Compute(key, kcv, input);
        Assert.Equal(expected, Hex.Of(kcv));
    }
}
