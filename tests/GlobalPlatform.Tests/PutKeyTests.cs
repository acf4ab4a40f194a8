using PersoMesh.Keys;
using PersoMesh.TestVectors;

namespace PersoMesh.GlobalPlatform.Tests;

public class PutKeyTests
{
    // The default key: 3DES check value 8BAF47 and AES check value 504A77 (GlobalPlatformPro TestPlaintextKeys.java).
    static readonly byte[] DefaultKey = Hex.Bytes(Scp02Vectors.DefaultKey);

    [Fact]
    public void Check_values_are_the_published_ones()
    {
        using var des = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var aes = Hex.Aes(Scp02Vectors.DefaultKey);
        Assert.Equal("8BAF47", Convert.ToHexString(KeyCheckValue.Compute(des)));
        Assert.Equal("504A77", Convert.ToHexString(KeyCheckValue.Compute(aes)));
    }

    [Fact]
    public void A_3des_key_set_is_coded_as_the_table_says()
    {
        // GPC 2.3.1 table 11-68 around the published encryption of the default key under the session DEK of counter 0000.
        var key = NewKey.Encrypted(KeyAlgorithm.TripleDes, 16, Hex.Bytes(Scp02Vectors.DefaultKeyUnderSessionDek0000), Hex.Bytes("8BAF47"));
        const string Field = "8010" + Scp02Vectors.DefaultKeyUnderSessionDek0000 + "038BAF47";
        Assert.Equal("80D8008143" + "20" + Field + Field + Field + "00", Hex.Of(PutKey.Command(0x00, 0x20, 1, key, key, key)));
        Assert.Equal("80D8200217" + "21" + Field + "00", Hex.Of(PutKey.Command(0x20, 0x21, 2, key)));
    }

    [Fact]
    public void An_aes_key_is_encrypted_under_the_static_dek_behind_its_length()
    {
        // OpenJavaCard SCP03WrapperTest: the default key under itself, 10 ‖ 80D2…
        var session = Scp03Vectors.Sessions[0];
        using var enc = Hex.Aes(Scp03Vectors.Aes128Enc);
        using var mac = Hex.Aes(Scp03Vectors.Aes128Mac);
        using var dek = Hex.Aes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(enc, mac, dek);
        using var channel = Open(session, keys);
        Assert.Equal(
            "80D8300118" + "31" + "8811" + "10" + "80D2A5B08FA0EE51143B459E638106DF" + "03504A77" + "00",
            Hex.Of(PutKey.Command(0x30, 0x31, 1, NewKey.Encrypt(channel, KeyAlgorithm.Aes, DefaultKey))));
    }

    [Fact]
    public void A_padded_3des_key_says_its_length()
    {
        // GPC 2.3.1 table 11-70: 24 bytes under an AES DEK are padded to 32.
        var data = PutKey.Command(0x00, 0x31, 1, NewKey.Encrypted(KeyAlgorithm.TripleDes, 24, new byte[32], new byte[3])).Data.Span;
        Assert.Equal("31802118", Convert.ToHexString(data[..4]));
        Assert.Throws<ArgumentException>(() => NewKey.Encrypted(KeyAlgorithm.Aes, 16, new byte[32], new byte[3]));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    public void Longer_aes_keys_take_32_encrypted_bytes(int length)
    {
        var session = Scp03Vectors.Sessions[0];
        using var enc = Hex.Aes(Scp03Vectors.Aes128Enc);
        using var mac = Hex.Aes(Scp03Vectors.Aes128Mac);
        using var dek = Hex.Aes(Scp03Vectors.Aes128Dek);
        using var keys = new CardKeys(enc, mac, dek);
        using var channel = Open(session, keys);
        var value = Enumerable.Range(1, length).Select(i => (byte)i).ToArray();
        var data = PutKey.Command(0x00, 0x31, 1, NewKey.Encrypt(channel, KeyAlgorithm.Aes, value)).Data.Span;
        Assert.Equal("318821" + length.ToString("X2"), Convert.ToHexString(data[..4]));
        var decrypted = new byte[32];
        dek.DecryptCbc(new byte[16], data.Slice(4, 32), decrypted);
        Assert.Equal(value, decrypted[..length]);
        Assert.Equal(3, data[36]);
        Assert.Equal(40, data.Length);
    }

    [Fact]
    public void A_3des_key_is_encrypted_under_the_session_dek()
    {
        // published.md §2: S-DEK of kaoh's second session, B035339904B1478F86764BBFC6CEE06B.
        var session = Scp02Vectors.Sessions[1];
        using var key = Hex.TripleDes(Scp02Vectors.DefaultKey);
        using var keys = new CardKeys(key, key, key);
        using var channel = SecureChannel.Open(
            keys, Hex.Bytes(session.HostChallenge), InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
                (SecurityLevel)0x03);
        using var sessionDek = Hex.TripleDes("B035339904B1478F86764BBFC6CEE06B");
        var expected = new byte[16];
        sessionDek.EncryptEcb(DefaultKey, expected);
        var data = PutKey.Command(0x00, 0x20, 1, NewKey.Encrypt(channel, KeyAlgorithm.TripleDes, DefaultKey)).Data;
        Assert.Equal("208010" + Convert.ToHexString(expected) + "038BAF47", Convert.ToHexString(data.Span));
    }

    [Fact]
    public void A_public_key_goes_in_clear() => Assert.Equal(
        "80D8007009" + "70" + "A102C001" + "A00103" + "00" +
            "00", Hex.Of(PutKey.Command(0x00, 0x70, 0x70, NewKey.RsaPublic([0xC0, 0x01], [0x03]))));

    [Fact]
    public void The_answer_must_repeat_version_and_check_values()
    {
        var key = NewKey.Encrypted(KeyAlgorithm.TripleDes, 16, new byte[16], Hex.Bytes("8BAF47"));
        Assert.True(PutKey.IsConfirmed(Hex.Bytes("208BAF478BAF47"), 0x20, key, key));
        Assert.False(PutKey.IsConfirmed(Hex.Bytes("208BAF47"), 0x20, key, key));
        Assert.False(PutKey.IsConfirmed(Hex.Bytes("218BAF47"), 0x20, key));
        Assert.False(PutKey.IsConfirmed(Hex.Bytes("208BAF48"), 0x20, key));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        var key = NewKey.Encrypted(KeyAlgorithm.TripleDes, 16, new byte[16], new byte[3]);
        Assert.Throws<ArgumentException>(() => PutKey.Command(0x00, 0x00, 1, key));
        Assert.Throws<ArgumentException>(() => PutKey.Command(0xFF, 0x20, 1, key));
        Assert.Throws<ArgumentException>(() => PutKey.Command(0x00, 0x20, 0x7F, key, key));
        Assert.Throws<ArgumentException>(() => PutKey.Command(0x00, 0x20, 1));
        Assert.Throws<ArgumentException>(() => NewKey.Encrypted(KeyAlgorithm.TripleDes, 32, new byte[32], new byte[3]));
        Assert.Throws<ArgumentException>(() => NewKey.Encrypted(KeyAlgorithm.Aes, 16, new byte[16], new byte[2]));
    }

    static SecureChannel Open(Scp03Vectors.Session session, CardKeys keys) => SecureChannel.Open(
        keys, Hex.Command(session.InitializeUpdate).Data.Span, InitializeUpdateResponse.Parse(Hex.Bytes(session.InitializeUpdateAnswer)),
            SecurityLevel.CMac);
}
