using System.Text;

namespace PersoMesh.CardSimulator.Tests;

public class PersistenceTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_personalized_card_is_the_same_in_another_reader(int protocol)
    {
        var host = Some.Host(protocol).Personalized();
        CardInspector.VerifyPin(host.Card, Some.PaymentAid, "9999");
        var moved = Move(host.Card);
        Assert.Equal(host.Card.Atr, moved.Atr);
        Assert.Equal(host.Card.SerialNumber, moved.SerialNumber);
        Assert.Equal(host.Card.FreeBytes, moved.FreeBytes);
        Assert.Equal(host.Card.Applications, moved.Applications);
        Assert.Equivalent(host.Card.KeySets, moved.KeySets, strict: true);
        Assert.Equal(host.Card.DebugSecret(Some.PaymentAid, 0x8000), moved.DebugSecret(Some.PaymentAid, 0x8000));
        var (before, after) = (CardInspector.Read(host.Card)[Some.PaymentAid], CardInspector.Read(moved)[Some.PaymentAid]);
        Assert.Equivalent(before, after, strict: true);
        Assert.Equal(2, after.PinTriesLeft);
    }

    [Fact]
    public void A_half_personalized_card_is_personalized_anew_in_another_reader()
    {
        var host = Some.Emv().Open();
        host.Install();
        host.Personalize();
        host.StoreData(Some.ClearData(), last: false, size: 30);
        var moved = new TestHost02(Move(host.Card), Hex.Bytes(Some.Key), Hex.Bytes(Some.Key), Hex.Bytes(Some.Key)).Open();
        Assert.Equal("6985", moved.Install());
        moved.Personalize();
        Assert.Equal("9000", moved.StoreData(Some.ClearData()));
        Assert.Equal(Some.Record, Convert.ToHexString(CardInspector.Read(moved.Card)[Some.PaymentAid].Records[new(1, 1)]));
    }

    [Fact]
    public void Failed_authentications_are_not_forgotten()
    {
        var host = Some.Emv();
        host.Initialize();
        host.Authenticate(0x01, wrongCryptogram: true);
        Assert.Equal(1, Move(host.Card).KeySets[0].FailedAuthentications);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Format\": 1}")]
    [InlineData("[]")]
    public void What_is_no_card_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => SimulatedCard.Load(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Another_format_is_refused()
    {
        using var stream = new MemoryStream();
        Some.Emv().Card.Save(stream);
        var json = Encoding.UTF8.GetString(stream.ToArray()).Replace("\"Format\":1", "\"Format\":99", StringComparison.Ordinal);
        var error = Assert.Throws<InvalidDataException>(() => SimulatedCard.Load(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Contains("format 99", error.Message);
    }

    static SimulatedCard Move(SimulatedCard card)
    {
        using var stream = new MemoryStream();
        card.Save(stream);
        stream.Position = 0;
        return SimulatedCard.Load(stream);
    }
}
