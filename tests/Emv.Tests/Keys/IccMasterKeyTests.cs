using PersoMesh.Keys;

namespace PersoMesh.Emv.Tests;

public class IccMasterKeyTests
{
    const string Imk = "0123456789ABCDEFFEDCBA9876543210";

    [Theory]
    // pyemv (knovichikhin/pyemv@cf6b82d) pyemv/kd.py, docstrings of the module, derive_icc_mk_a and derive_icc_mk_b.
    [InlineData(MasterKeyOption.A, "99012345678901234", 45, "67F8292358083E5EA7AB7FDA58D53B6B")]
    [InlineData(MasterKeyOption.A, "12345678901234567", 1, "73AD54688CEF2934B0979857E3C719F1")]
    [InlineData(MasterKeyOption.B, "12345678901234567", 1, "AD406D7F6D7570916D75E5DCAB8CF737")]
    public void Key_data_is_that_of_pyemv(MasterKeyOption option, string pan, int psn, string expected)
    {
        using var imk = Hex.TripleDes(Imk);
        var data = new byte[16];
        IccMasterKey.ComputeKeyData(imk, option, Pan.Parse(pan), psn, data);
        Assert.Equal(expected, Hex.Of(data));
        Assert.True(DesParity.IsOdd(data));
    }

    [Theory]
    // pyemv tests/test_kd_hsm.py and test_ac_hsm.py: key check values printed by an HSM.
    [InlineData(MasterKeyOption.A, "12345678901234567", 45, "FF08")]
    [InlineData(MasterKeyOption.A, "9901234567890123", 45, "1DA5")]
    [InlineData(MasterKeyOption.B, "1234567890123456", 0, "BAB0")]
    [InlineData(MasterKeyOption.B, "12345678901234567", 45, "0BAF")]
    [InlineData(MasterKeyOption.B, "12345678901234567", 0, "4626")]
    [InlineData(MasterKeyOption.B, "123456789012345679", 0, "C2F3")]
    // The hash has fewer than 16 decimal digits.
    [InlineData(MasterKeyOption.B, "000000000000000005", 23, "DD73")]
    public void Key_object_has_the_check_value_of_the_hsm(MasterKeyOption option, string pan, int psn, string expected)
    {
        using var imk = Hex.TripleDes(Imk);
        using var mk = IccMasterKey.DeriveKey(imk, option, Pan.Parse(pan), psn);
        var kcv = new byte[2];
        KeyCheckValue.Compute(mk, kcv);
        Assert.Equal(expected, Hex.Of(kcv));
    }

    [Theory]
    // EMV 4.3 Book 2 §A1.4.2, examples 1 and 2 of step 3.
    [InlineData("1230ABCD567842D4B179F2CA345D6789A17B64BB", "1230567842417923")]
    [InlineData("1B3CABCDD6E8FAD4B1CDF2CAD4FDC78FA17B6EBB", "1368412478176120")]
    public void Sixteen_digits_are_selected_as_in_the_examples_of_book_2(string hash, string expected)
    {
        var y = new byte[8];
        IccMasterKey.SelectSixteenDigits(Hex.Bytes(hash), y);
        Assert.Equal(expected, Hex.Of(y));
    }

    [Fact]
    public void Short_pans_are_filled_with_zeros_on_the_left()
    {
        // §A1.4.1: Y is 00 12 34 56 78 90 12 07 for PAN 123456789012 and PSN 07.
        using var imk = Hex.TripleDes(Imk);
        var data = new byte[32];
        Assert.Equal(16, IccMasterKey.WriteDerivationData(imk, MasterKeyOption.A, Pan.Parse("123456789012"), 7, data));
        Assert.Equal("0012345678901207FFEDCBA9876FEDF8", Hex.Of(data.AsSpan(0, 16)));
    }

    [Fact]
    public void Option_c_reproduces_a_known_answer_of_aes()
    {
        // NIST AESAVS, ECBKeySbox128 #0: with a PAN of zeros Y is the zero block.
        using var imk = Hex.Aes("10A58869D74BE5A374CF867CFB473859");
        var data = new byte[16];
        IccMasterKey.ComputeKeyData(imk, MasterKeyOption.C, Pan.Parse("0000000000000000"), 0, data);
        Assert.Equal("6D251E6944B051E04EAA6FB4DBF78465", Hex.Of(data));
    }

    [Fact]
    public void Option_c_enciphers_pan_and_sequence_number_right_justified_in_16_bytes()
    {
        // EMV 4.3 Book 2 §A1.4.3 with openssl as the cipher: PAN 5413330089020011, PSN 02.
        const string key = "2B7E151628AED2A6ABF7158809CF4F3C";
        using var imk = Hex.Aes(key);
        var data = new byte[16];
        IccMasterKey.ComputeKeyData(imk, MasterKeyOption.C, Pan.Parse("5413330089020011"), 2, data);
        var y = Hex.Bytes("00000000000000541333008902001102");
        Assert.Equal(Hex.Of(OpenSsl.Run($"enc -aes-128-ecb -nopad -K {key}", y)), Hex.Of(data));
    }

    [Theory]
    [InlineData(192, "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B")]
    [InlineData(256, "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4")]
    public void Option_c_takes_the_leftmost_bytes_of_two_blocks_for_longer_keys(int bits, string key)
    {
        using var imk = Hex.Aes(key);
        var data = new byte[bits / 8];
        IccMasterKey.ComputeKeyData(imk, MasterKeyOption.C, Pan.Parse("5413330089020011"), 2, data);
        var blocks = Hex.Bytes("00000000000000541333008902001102" + "FFFFFFFFFFFFFFABECCCFF76FDFFEEFD");
        Assert.Equal(Hex.Of(OpenSsl.Run($"enc -aes-{bits}-ecb -nopad -K {key}", blocks).AsSpan(0, bits / 8)), Hex.Of(data));
    }

    [Fact]
    public void Key_object_and_key_data_are_the_same_key()
    {
        using var imk = Hex.TripleDes(Imk);
        var pan = Pan.Parse("5413330089020011");
        var data = new byte[16];
        IccMasterKey.ComputeKeyData(imk, MasterKeyOption.A, pan, 1, data);
        using var fromData = new SoftwareKey(KeyAlgorithm.TripleDes, data);
        using var derived = IccMasterKey.DeriveKey(imk, MasterKeyOption.A, pan, 1);
        Assert.Equal(Encrypt(fromData), Encrypt(derived));

        static string Encrypt(ISecretKey key)
        {
            var block = new byte[8];
            key.EncryptEcb("12345678"u8, block);
            return Hex.Of(block);
        }
    }

    [Fact]
    public void Options_refuse_a_key_of_the_wrong_cipher()
    {
        using var des = Hex.TripleDes(Imk);
        using var aes = Hex.Aes(Imk);
        var pan = Pan.Parse("5413330089020011");
        Assert.Throws<ArgumentException>(() => IccMasterKey.DeriveKey(des, MasterKeyOption.C, pan));
        Assert.Throws<ArgumentException>(() => IccMasterKey.DeriveKey(aes, MasterKeyOption.A, pan));
        Assert.Throws<ArgumentException>(() => IccMasterKey.DeriveRetailMacKey(aes, MasterKeyOption.C, pan));
        Assert.Throws<ArgumentOutOfRangeException>(() => IccMasterKey.DeriveKey(des, MasterKeyOption.A, pan, 100));
    }
}
