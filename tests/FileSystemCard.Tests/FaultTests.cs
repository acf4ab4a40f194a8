namespace PersoMesh.FileSystemCard.Tests;

public class FaultTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_card_is_pulled_out_once(bool afterExecution)
    {
        var card = Some.Blank();
        card.Faults.RemoveAfterApdus = 1;
        card.Faults.RemoveAfterExecution = afterExecution;
        card.MustSend(Some.VerifyTransport);
        Assert.Throws<CardRemovedException>(() => card.Send(Some.CreateTransparent));
        Assert.Throws<CardRemovedException>(() => card.Send("00A4000C023F00"));
        card.Reset();
        Assert.Equal(afterExecution ? "9000" : "6A82", card.Send("00A4000C024401"));
        Assert.Equal("63C3", card.Send("00200001")); // the security status is gone
    }

    [Fact]
    public void A_mute_card_has_no_answer_to_reset()
    {
        var card = Some.Blank();
        card.Faults.Mute = true;
        Assert.Empty(card.Atr);
        Assert.Throws<CardMuteException>(() => card.Send("00A4000C023F00"));
    }

    [Fact]
    public void Memory_is_full_after_some_bytes()
    {
        var card = Some.Opened();
        card.Faults.MemoryFullAfterBytes = 47;
        Assert.Equal("6A84", card.Send(Some.CreateTransparent));
        card.Faults.MemoryFullAfterBytes = 48;
        Assert.Equal("9000", card.Send(Some.CreateTransparent));
    }

    [Fact]
    public void A_worn_out_cell_stores_a_wrong_bit()
    {
        var card = Some.Opened();
        card.MustSend(Some.CreateTransparent);
        card.Faults.WrongBitAtWrite = 2;
        card.MustSend("00D6000002 0102");
        card.MustSend("00D6000202 0304");
        Assert.Equal("010203149000", card.Send("00B0000004"));
    }

    [Fact]
    public void A_forced_status_comes_instead_of_execution()
    {
        var card = Some.Opened();
        card.Faults.ForcedStatuses.Add(new(0xE0, 1, 0x6581));
        Assert.Equal("6581", card.Send(Some.CreateTransparent));
        Assert.Equal("9000", card.Send(Some.CreateTransparent));
    }
}
