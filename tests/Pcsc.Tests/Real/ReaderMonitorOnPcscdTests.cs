using PersoMesh.Pcsc.Tests.Support;

namespace PersoMesh.Pcsc.Tests.Real;

/// <summary>The monitor on Debian's pcscd with vpcd's readers.</summary>
[Collection(PcscdCollection.Name)]
public sealed class ReaderMonitorOnPcscdTests(PcscdFixture fixture)
{
    [Fact]
    public async Task Readers_are_listed()
    {
        await using var monitor = new ReaderMonitor();
        await using var watch = new Watch(monitor);
        for (var i = 0; i < PcscdFixture.Slots; i++)
            await watch.UntilAsync<ReaderAdded>();
        Assert.IsType<ServiceFound>(watch.Seen[0]);
        Assert.Equal(
            fixture.Pcscd.Slots.Select(slot => slot.Reader).Order(),
            watch.Seen.OfType<ReaderAdded>().Select(added => added.Reader).Order());
    }

    [Fact]
    public async Task A_card_is_seen_coming_and_going_and_another_one_after_it()
    {
        await using var monitor = new ReaderMonitor();
        await using var watch = new Watch(monitor);
        await using var slot = fixture.Slot(1);
        await slot.InsertAsync(Some.Card(1));
        var first = await watch.UntilAsync<CardInserted>();
        Assert.Equal((fixture.Reader(1), false), (first.Reader, first.IsMute));
        Assert.Equal(Some.Hex(Some.Card().Atr), Some.Hex(first.Atr));

        await slot.RemoveAsync();
        Assert.Equal(new CardRemoved(fixture.Reader(1), first.Insertion), await watch.UntilAsync<CardRemoved>());

        await slot.InsertAsync(Some.Card(2));
        var second = await watch.UntilAsync<CardInserted>();
        Assert.NotEqual(first.Insertion, second.Insertion);
    }

    [Fact]
    public async Task A_mute_card_is_seen_as_mute()
    {
        await using var monitor = new ReaderMonitor();
        await using var watch = new Watch(monitor);
        await using var slot = fixture.Slot(0);
        var card = Some.Card();
        card.Faults.Mute = true;
        await slot.InsertAsync(card);
        Assert.True((await watch.UntilAsync<CardInserted>()).IsMute);
        var lost = await Assert.ThrowsAsync<CardLostException>(() => PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync());
        Assert.Equal(CardLoss.Mute, lost.Loss);
    }
}
