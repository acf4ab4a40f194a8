namespace PersoMesh.Pcsc.Tests;

public sealed class PcscExceptionTests
{
    [Fact]
    public void A_message_says_which_reader_what_and_what_to_do() => Assert.Equal(
        "Reader 'Twin': SCardConnect returned SCARD_E_SHARING_VIOLATION (0x8010000B): another program uses this card: end it, or stop it "
            + "from using this reader.",
        new PcscException("SCardConnect", PcscCode.SharingViolation, "Twin").Message);

    [Fact]
    public void Every_code_has_its_name_and_says_what_to_do()
    {
        foreach (var code in Enum.GetValues<PcscCode>())
        {
            var error = new PcscException("SCardTransmit", code);
            Assert.StartsWith("SCARD_", error.CodeName, StringComparison.Ordinal);
            Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_code_without_a_name_is_shown_as_a_number() =>
        Assert.Contains("(0x00000016)", new PcscException("SCardTransmit", (PcscCode)0x16).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(CardLoss.Removed, "removed")]
    [InlineData(CardLoss.Mute, "does not answer")]
    [InlineData(CardLoss.Reset, "reset")]
    [InlineData(CardLoss.ReaderGone, "reader is gone")]
    public void A_loss_says_what_was_lost(CardLoss loss, string word)
    {
        var lost = new CardLostException(loss, "SCardTransmit", PcscCode.NotTransacted, "Twin");
        Assert.Contains(word, lost.Message, StringComparison.Ordinal);
        Assert.Contains("Twin", lost.Message, StringComparison.Ordinal);
        Assert.Contains("SCARD_E_NOT_TRANSACTED", lost.Message, StringComparison.Ordinal);
    }
}
