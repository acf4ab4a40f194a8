using PersoMesh.Keys;

namespace PersoMesh.Emv.Tests;

public class ApplicationCryptogramTests
{
    const string Imk = "0123456789ABCDEFFEDCBA9876543210";

    [Fact]
    public void Cryptogram_and_arpcs_are_those_of_pyemv()
    {
        // pyemv@cf6b82d pyemv/ac.py, docstrings of generate_ac, generate_arpc_1, generate_arpc_2.
        using var key = new ApplicationCryptogramKey(RetailMacKey.FromClear(Hex.Bytes("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB")));
        var ac = new byte[8];
        var data = "000000002000" + "000000000000" + "0124" + "0000008000" + "0124" + "110309" + "00" + "3804823E" + "5800" + "0001";
        key.ComputeCryptogram(Hex.Bytes(data), ac);
        Assert.Equal("3B76CF10FECD8789", Hex.Of(ac));

        var arqc = Hex.Bytes("1234567890ABCDEF");
        var arpc1 = new byte[8];
        key.ComputeArpcMethod1(arqc, Hex.Bytes("0000"), arpc1);
        Assert.Equal("F5E6F44147E2F1B0", Hex.Of(arpc1));

        var arpc2 = new byte[4];
        key.ComputeArpcMethod2(arqc, new byte[4], [], arpc2);
        Assert.Equal("9308BEBC", Hex.Of(arpc2));
    }

    [Theory]
    // pyemv@cf6b82d tests/test_ac_hsm.py: values of an HSM, option A, R = 1234567890123456, PAN 9901234567890123, PSN 45.
    [InlineData("0123456789ABCDEF0123456789ABCDEF", CryptogramPadding.Method2, "4B46013359B7A58B")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF01", CryptogramPadding.Method1, "2E141C6BC4A20DA8")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF", CryptogramPadding.Method1, "922F3E83125EB46B")]
    public void Cryptogram_under_a_derived_session_key_is_that_of_the_hsm(string data, CryptogramPadding padding, string expected)
    {
        using var session = Session();
        var ac = new byte[8];
        session.ComputeCryptogram(Hex.Bytes(data), ac, padding);
        Assert.Equal(expected, Hex.Of(ac));
    }

    [Theory]
    // pyemv@cf6b82d tests/test_ac_hsm.py: ARPC by method 1 under the ICC master key itself.
    [InlineData("4B46013359B7A58B", "F8C9CECAABD55AD1")]
    [InlineData("2E141C6BC4A20DA8", "16A49AAB314B9262")]
    [InlineData("922F3E83125EB46B", "8AE6E836084B0E80")]
    public void Arpc_method_1_under_the_master_key_is_that_of_the_hsm(string arqc, string expected)
    {
        using var imk = Hex.TripleDes(Imk);
        using var key = ApplicationCryptogramKey.DeriveStatic(imk, MasterKeyOption.A, Pan.Parse("9901234567890123"), 45);
        var arpc = new byte[8];
        key.ComputeArpcMethod1(Hex.Bytes(arqc), Hex.Bytes("0000"), arpc);
        Assert.Equal(expected, Hex.Of(arpc));
    }

    [Theory]
    // pyemv@cf6b82d tests/test_ac_hsm.py: ARPC by method 2 under the session key.
    [InlineData("1234567890ABCDEF", "4962B76C")]
    [InlineData("", "7DFB1188")]
    public void Arpc_method_2_is_that_of_the_hsm(string proprietary, string expected)
    {
        using var session = Session();
        var arpc = new byte[4];
        session.ComputeArpcMethod2(Hex.Bytes("4B46013359B7A58B"), new byte[4], Hex.Bytes(proprietary), arpc);
        Assert.Equal(expected, Hex.Of(arpc));
    }

    [Theory]
    // RFC 4493 §4: the AES cryptogram is the left half of CMAC (EMV 4.3 Book 2 §8.1.2).
    [InlineData("", "BB1D6929E9593728")]
    [InlineData("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411", "DFA66747DE9AE630")]
    public void Aes_cryptogram_is_the_left_half_of_cmac(string data, string expected)
    {
        using var key = new ApplicationCryptogramKey(Hex.Aes("2B7E151628AED2A6ABF7158809CF4F3C"));
        var ac = new byte[8];
        key.ComputeCryptogram(Hex.Bytes(data), ac);
        Assert.Equal(expected, Hex.Of(ac));
    }

    [Fact]
    public void Aes_arpc_method_1_enciphers_the_cryptogram_and_zeros()
    {
        // EMV 4.3 Book 2 §8.2.1 for AES, with openssl as the cipher.
        const string keyHex = "2B7E151628AED2A6ABF7158809CF4F3C";
        using var key = new ApplicationCryptogramKey(Hex.Aes(keyHex));
        var arpc = new byte[8];
        key.ComputeArpcMethod1(Hex.Bytes("1234567890ABCDEF"), "00"u8, arpc);
        var block = Hex.Bytes("2204567890ABCDEF0000000000000000");
        Assert.Equal(Hex.Of(OpenSsl.Run($"enc -aes-128-ecb -nopad -K {keyHex}", block).AsSpan(0, 8)), Hex.Of(arpc));
    }

    [Fact]
    public void A_3des_key_needs_its_left_half_too()
    {
        using var key = Hex.TripleDes(Imk);
        Assert.Throws<ArgumentException>(() => new ApplicationCryptogramKey(key));
    }

    static ApplicationCryptogramKey Session()
    {
        using var imk = Hex.TripleDes(Imk);
        using var mk = IccMasterKey.DeriveKey(imk, MasterKeyOption.A, Pan.Parse("9901234567890123"), 45);
        return ApplicationCryptogramKey.DeriveSession(mk, Hex.Bytes("1234567890123456"));
    }
}
