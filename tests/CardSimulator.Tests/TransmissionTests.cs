namespace PersoMesh.CardSimulator.Tests;

/// <summary>APDU coding and transmission protocols (ISO/IEC 7816-3 and -4).</summary>
public class TransmissionTests
{
    [Theory]
    [InlineData("", "6700")]
    [InlineData("00A404", "6700")]
    [InlineData("00A4040005A0", "6700")]
    [InlineData("00A40400010203040506", "6700")]
    [InlineData("00A404000000", "6700")]
    [InlineData("00A4040000000000", "6700")]
    [InlineData("01A4040000", "6881")]
    [InlineData("40A4040000", "6881")]
    [InlineData("A0A4040000", "6E00")]
    [InlineData("90F28002024F0000", "6E00")]
    [InlineData("8001000000", "6D00")]
    [InlineData("00A4000000", "6A86")]
    [InlineData("00C0000000", "6985")]
    [InlineData("8050000007000000000000000000", "6700")]
    public void Wrong_commands(string command, string status) => Assert.Equal(status, Some.Emv().Card.Send(command));

    [Theory]
    [InlineData("00A40400")]
    [InlineData("00A4040000")]
    [InlineData("00A4040008A000000151000000")]
    [InlineData("00A4040008A00000015100000000")]
    [InlineData("00A40400000000")]
    [InlineData("00A40400000008A000000151000000")]
    [InlineData("00A40400000008A0000001510000000000")]
    public void All_four_cases_short_and_extended(string command) => Assert.EndsWith("9000", Some.Emv().Card.Send(command));

    // Amendment D §6.2.4: in the extended form, Lcc has three bytes.
    [Fact]
    public void Scp03_with_extended_lengths()
    {
        var host = (TestHost03)Some.Badge().Open(0x01);
        var wrapped = host.WrapExtended(Hex.Bytes("80F24002"), Hex.Bytes("4F00"));
        Assert.Equal("6A88", Convert.ToHexString(host.Card.Transmit(wrapped)));
    }

    [Fact]
    public void A_T0_card_makes_the_reader_fetch_data()
    {
        var card = Some.Emv(change: b => b with
        {
            Transmission = TransmissionProtocol.T0,
            Atr = Blueprints.AnswerToReset("T0", TransmissionProtocol.T0),
        }).Card;
        Assert.Equal("3B025430", Convert.ToHexString(card.Atr));
        var waiting = card.Send("00A4040008A000000151000000");
        Assert.Equal("61", waiting[..2]);
        Assert.Equal("6F", card.Send("00C0000001")[..2]);
        Assert.EndsWith("9000", card.Send("00C0000000"));
        Assert.Equal("6985", card.Send("00C0000000"));
        Assert.Equal("6C2D", card.Send("80CA9F7F00"));
        Assert.EndsWith("9000", card.Send("80CA9F7F2D"));
        Assert.Equal("6A88", card.Send("80CA004200"));
        Assert.Equal("611C", card.Send("8050000008000000000000000000"));
        Assert.Equal(60, card.Send("00C000001C").Length);
    }

    [Fact]
    public void The_inspector_reads_T0_cards()
    {
        var card = Some.Emv(change: b => b with { Transmission = TransmissionProtocol.T0 }).Card;
        Assert.Equal(42, CardInspector.ReadCplc(card).Length);
    }

    // ISO/IEC 7816-3 §8.2.5: the exclusive-or of T0 to TCK is zero.
    [Fact]
    public void The_answer_to_reset_has_a_check_byte()
    {
        var atr = Some.Emv().Card.Atr;
        Assert.Equal(0x3B, atr[0]);
        Assert.Equal(atr.Length, 4 + (atr[1] & 0x0F));
        Assert.Equal(0, atr[1..].Aggregate((x, y) => (byte)(x ^ y)));
    }
}
