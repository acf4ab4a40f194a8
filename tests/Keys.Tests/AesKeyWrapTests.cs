namespace PersoMesh.Keys.Tests;

/// <summary>The vectors are those of RFC 3394 §4.</summary>
public class AesKeyWrapTests
{
    const string Data256 = "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F";

    [Theory]
    [InlineData("000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF",
        "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5")]
    [InlineData("000102030405060708090A0B0C0D0E0F1011121314151617", "00112233445566778899AABBCCDDEEFF",
        "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D")]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", Data256,
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21")]
    public void Published_vectors_wrap_and_unwrap(string key, string secret, string wrapped)
    {
        using var aes = new SoftwareKey(KeyAlgorithm.Aes, Convert.FromHexString(key));
        Assert.Equal(wrapped, Convert.ToHexString(AesKeyWrap.Wrap(aes, Convert.FromHexString(secret))));
        Assert.Equal(secret, Convert.ToHexString(AesKeyWrap.Unwrap(aes, Convert.FromHexString(wrapped))!));
    }

    [Fact]
    public void A_changed_bit_anywhere_is_noticed()
    {
        using var aes = new SoftwareKey(KeyAlgorithm.Aes, new byte[16]);
        var wrapped = AesKeyWrap.Wrap(aes, Convert.FromHexString(Data256));
        for (var i = 0; i < wrapped.Length; i++)
        {
            wrapped[i] ^= 0x01;
            Assert.Null(AesKeyWrap.Unwrap(aes, wrapped));
            wrapped[i] ^= 0x01;
        }

        Assert.NotNull(AesKeyWrap.Unwrap(aes, wrapped));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    public void Lengths_that_it_does_not_define_are_refused(int length)
    {
        using var aes = new SoftwareKey(KeyAlgorithm.Aes, new byte[16]);
        Assert.Throws<ArgumentException>(() => AesKeyWrap.Wrap(aes, new byte[length]));
        Assert.Throws<ArgumentException>(() => AesKeyWrap.Unwrap(aes, new byte[length + AesKeyWrap.Overhead]));
    }
}
