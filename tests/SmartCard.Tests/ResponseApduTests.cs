namespace PersoMesh.SmartCard.Tests;

public class ResponseApduTests
{
    [Fact]
    public void A_response_ends_with_its_status_word()
    {
        // ICAO 9303-11 App. D.4, protected response to SELECT EF.COM.
        var response = ResponseApdu.Parse(Convert.FromHexString("990290008E08FA855A5D4C50A8ED9000"));
        Assert.Equal("990290008E08FA855A5D4C50A8ED", Convert.ToHexString(response.Data.Span));
        Assert.True(response.IsSuccess);
        Assert.Equal("990290008E08FA855A5D4C50A8ED9000", Convert.ToHexString(response.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("90")]
    public void Less_than_a_status_word_is_refused(string encoded)
    {
        Assert.False(ResponseApdu.TryParse(Convert.FromHexString(encoded), out _));
        Assert.Throws<CardDataException>(() => ResponseApdu.Parse(Convert.FromHexString(encoded)));
    }
}
