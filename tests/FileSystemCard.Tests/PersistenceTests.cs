using System.Text;

namespace PersoMesh.FileSystemCard.Tests;

public class PersistenceTests
{
    [Fact]
    public void A_personalized_card_is_the_same_in_another_reader()
    {
        var card = Some.Personalized(
            Some.Create("820138 83025015"), Some.Create("82050221000403 83024402"), "00E2000004 01010101", Some.CreateTransparent);
        card.Send("0020000108 3939393939393939");
        var moved = Move(card);
        Assert.Equal(card.Atr, moved.Atr);
        Assert.Equal(card.SerialNumber, moved.SerialNumber);
        Assert.Equal(card.FreeBytes, moved.FreeBytes);
        Assert.True(moved.IsActivated);
        Assert.Equivalent(card.DebugFiles, moved.DebugFiles, strict: true);
        Assert.Equivalent(card.DebugPasswords, moved.DebugPasswords, strict: true);
        Assert.Equal(2, moved.TriesLeft(0x01));
        moved.MustSend("00A4080C04 50154402");
        Assert.Contains("83025015", moved.Send("00A40000025015")); // parents are known again
    }

    [Fact]
    public void A_half_personalized_card_goes_on_in_another_reader()
    {
        var card = Some.Opened();
        card.MustSend(Some.CreateTransparent);
        var moved = Move(card);
        moved.MustSend(Some.VerifyTransport);
        Assert.Equal("6A89", moved.Send(Some.CreateTransparent));
        Assert.Equal("6985", moved.Send("00440000"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"Format\": 1}")]
    [InlineData("[]")]
    public void What_is_no_card_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => SimulatedFileSystemCard.Load(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void Another_format_is_refused()
    {
        using var stream = new MemoryStream();
        Some.Blank().Save(stream);
        var json = Encoding.UTF8.GetString(stream.ToArray()).Replace("\"Format\":1", "\"Format\":99", StringComparison.Ordinal);
        var error = Assert.Throws<InvalidDataException>(() => SimulatedFileSystemCard.Load(new MemoryStream(Encoding.UTF8.GetBytes(json))));
        Assert.Contains("format 99", error.Message);
    }

    static SimulatedFileSystemCard Move(SimulatedFileSystemCard card)
    {
        using var stream = new MemoryStream();
        card.Save(stream);
        stream.Position = 0;
        return SimulatedFileSystemCard.Load(stream);
    }
}
