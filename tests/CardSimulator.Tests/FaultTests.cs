namespace PersoMesh.CardSimulator.Tests;

public class FaultTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_wrong_card_cryptogram_leaves_the_rest_of_the_response_alone(int protocol)
    {
        var card = Some.Host(protocol).Card;
        var wrong = Some.Host(protocol).Card;
        wrong.Faults.WrongCardCryptogram = true;
        const string Command = "8050000008000102030405060700";
        var good = card.Send(Command);
        var bad = wrong.Send(Command);
        var cryptogram = protocol == 2 ? 40 : 42;
        Assert.Equal(good[..cryptogram], bad[..cryptogram]);
        Assert.NotEqual(good[cryptogram..(cryptogram + 16)], bad[cryptogram..(cryptogram + 16)]);
        Assert.Equal(good[(cryptogram + 16)..], bad[(cryptogram + 16)..]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_card_is_pulled_out_once(bool afterExecution)
    {
        var host = Some.Emv();
        host.Card.Faults.RemoveAfterApdus = 3;
        host.Card.Faults.RemoveAfterExecution = afterExecution;
        host.Open(); // three APDUs
        Assert.Throws<CardRemovedException>(() => host.Install());
        Assert.Throws<CardRemovedException>(() => host.Card.Send("00A4040000"));
        host.Card.Reset();
        Assert.EndsWith("9000", host.Card.Send("00A4040000"));
        Assert.Equal(afterExecution ? 1 : 0, host.Card.Applications.Count);
    }

    [Fact]
    public void A_mute_card_has_no_answer_to_reset()
    {
        var card = Some.Emv().Card;
        card.Faults.Mute = true;
        Assert.Empty(card.Atr);
        Assert.Throws<CardMuteException>(() => card.Send("00A4040000"));
    }

    [Fact]
    public void Memory_is_full_at_the_nth_store_data()
    {
        var host = Some.Emv().Open();
        host.Install();
        host.Personalize();
        host.Card.Faults.MemoryFullAtStoreData = 2;
        Assert.Equal("9000 6A84", host.StoreData(Some.ClearData(), size: 40)[..9]);
    }

    [Fact]
    public void Memory_is_full_after_some_bytes()
    {
        var host = Some.Emv().Open();
        host.Install();
        host.Personalize();
        host.Card.Faults.MemoryFullAfterBytes = 600;
        Assert.Equal("9000", host.StoreData(TestHost.Dgi(0x0B01, "00"), last: false));
        Assert.Equal("6A84", host.StoreData(TestHost.Dgi(0x0B02, new string('0', 100)), last: false, firstBlock: 1));
    }

    [Fact]
    public void Memory_is_full_when_the_EEPROM_is()
    {
        var host = Some.Emv(change: b => b with { EepromBytes = 600 }).Open();
        Assert.Equal("009000", host.Install());
        Assert.Equal("6A84", host.Install("A00000000311"));
        host.Personalize();
        Assert.Equal("6A84", host.StoreData(TestHost.Dgi(0x0B01, new string('0', 100)), last: false));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_forced_status_leaves_the_channel_in_step(int protocol)
    {
        var host = Some.Host(protocol).Open(0x13);
        host.Card.Faults.ForcedStatuses.Add(new(0xE6, 2, 0x6F00));
        host.Card.Faults.ForcedStatuses.Add(new(0xCA, 1, 0x6281));
        Assert.Equal("009000", host.Install());
        Assert.Equal("6F00", host.Personalize());
        Assert.Equal("6281", host.Send("80CA006600"));
        Assert.Equal("009000", host.Personalize());
        Assert.EndsWith("9000", host.Send("80CA006600"));
    }

    [Fact]
    public void Delay_is_left_to_the_reader()
    {
        var card = Some.Emv().Card;
        card.Faults.DelayPerApdu = TimeSpan.FromDays(1);
        Assert.EndsWith("9000", card.Send("00A4040000"));
    }
}
