using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.PrivateServers;

namespace PersoMesh.Pcsc.Tests.Real;

/// <summary>What goes wrong between a machine and a card, with Debian's pcscd.</summary>
[Collection(PcscdCollection.Name)]
public sealed class FaultsOnPcscdTests(PcscdFixture fixture)
{
    static Task<byte[]> SelectAsync(PcscCard card) => card.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();

    [Fact]
    public async Task A_card_pulled_in_the_middle_of_a_command_is_removed()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        var received = new TaskCompletionSource();
        slot.BeforeCommand = (_, pulled) =>
        {
            received.SetResult();
            return Task.Delay(Timeout.Infinite, pulled);
        };
        var transmit = card.TransmitAsync(Some.Select, CancellationToken.None).AsTask();
        await received.Task.InTimeAsync();
        await slot.PullAsync();
        var lost = await Assert.ThrowsAsync<CardLostException>(() => transmit.InTimeAsync());
        Assert.Equal((CardLoss.Removed, "SCardTransmit"), (lost.Loss, lost.Function));
        Assert.Equal(fixture.Reader(0), lost.Reader);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task A_card_pulled_at_a_command_is_removed_whether_it_executed_the_command_or_not(int before, bool executes)
    {
        var simulated = Some.Card();
        (simulated.Faults.RemoveAfterApdus, simulated.Faults.RemoveAfterExecution) = (before, executes);
        await using var slot = await fixture.InsertAsync(0, simulated);
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        for (var i = 0; i < before; i++)
            await SelectAsync(card);
        for (var i = 0; i < 2; i++)
        {
            var lost = await Assert.ThrowsAsync<CardLostException>(() => SelectAsync(card));
            Assert.Equal(CardLoss.Removed, lost.Loss);
        }
    }

    [Fact]
    public async Task A_card_pulled_between_commands_is_removed()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        await SelectAsync(card);
        await slot.RemoveAsync();
        var lost = await Assert.ThrowsAsync<CardLostException>(() => SelectAsync(card));
        Assert.Equal(CardLoss.Removed, lost.Loss);
    }

    [Fact]
    public async Task A_card_put_in_quicker_than_pcscd_looks_is_still_another_card()
    {
        await using var monitor = new ReaderMonitor();
        await using var watch = new Watch(monitor);
        var slot = fixture.Pcscd.Slots[0];
        await using (var connection = new VpcdConnection("127.0.0.1", slot.Port))
        {
            connection.Insert(Some.Card(1));
            var first = await watch.UntilAsync<CardInserted>();
            var card = await PcscCard.ConnectAsync(slot.Reader).InTimeAsync();
            await SelectAsync(card);
            await connection.RemoveAsync().InTimeAsync();
            connection.Insert(Some.Card(2));
            await card.DisposeAsync().InTimeAsync();
            Assert.Equal(first.Insertion, (await watch.UntilAsync<CardRemoved>()).Insertion);
            Assert.NotEqual(first.Insertion, (await watch.UntilAsync<CardInserted>(inserted => !inserted.IsMute)).Insertion);
        }

        await watch.UntilAsync<CardRemoved>();
    }

    [Fact]
    public async Task A_card_that_falls_silent_is_mute_and_not_removed()
    {
        var simulated = Some.Card();
        await using var slot = await fixture.InsertAsync(0, simulated);
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        await SelectAsync(card);
        simulated.Faults.Mute = true;
        var lost = await Assert.ThrowsAsync<CardLostException>(() => SelectAsync(card));
        Assert.Equal(CardLoss.Mute, lost.Loss);
        var reset = await Assert.ThrowsAsync<CardLostException>(
            () => card.ReconnectAsync(CardDisposition.Reset, CancellationToken.None).InTimeAsync());
        Assert.Equal(CardLoss.Mute, reset.Loss);
    }

    [Fact]
    public async Task A_killed_pcscd_takes_the_reader_away_and_a_new_one_brings_reader_and_card_back()
    {
        await using var monitor = new ReaderMonitor();
        await using var watch = new Watch(monitor);
        var simulated = Some.Card(0xCAFE0003);
        await using var slot = await fixture.InsertAsync(0, simulated);
        var first = await watch.UntilAsync<CardInserted>();
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        var (received, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        slot.BeforeCommand = (_, pulled) =>
        {
            received.TrySetResult();
            return go.Task.WaitAsync(pulled);
        };
        var transmit = card.TransmitAsync(Some.Select, CancellationToken.None).AsTask();
        await received.Task.InTimeAsync();

        await fixture.Pcscd.KillAsync().InTimeAsync();
        var lost = await Assert.ThrowsAsync<CardLostException>(() => transmit.InTimeAsync());
        Assert.Equal((CardLoss.ReaderGone, PcscCode.CommunicationError), (lost.Loss, lost.Code));
        await watch.UntilAsync<ServiceLost>();
        Assert.Equal(PcscdFixture.Slots, watch.Seen.OfType<ReaderRemoved>().Count());
        Assert.Empty(watch.Seen.OfType<CardRemoved>());

        go.SetResult();
        await fixture.Pcscd.RestartAsync().InTimeAsync();
        await watch.UntilAsync<ServiceFound>();
        var second = await watch.UntilAsync<CardInserted>();
        Assert.Equal(first.Reader, second.Reader);
        Assert.NotEqual(first.Insertion, second.Insertion);
        await using var again = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        var cplc = await again.TransmitAsync(Some.GetCplc, CancellationToken.None).InTimeAsync();
        Assert.Equal("CAFE0003", Convert.ToHexString(cplc[15..19]));
    }

    [Fact]
    public async Task A_card_stays_in_its_slot_while_pcscd_is_stopped_and_started()
    {
        await using var slot = await fixture.InsertAsync(3, Some.Card());
        await using var monitor = new ReaderMonitor();
        await using var watch = new Watch(monitor);
        await watch.UntilAsync<CardInserted>(inserted => inserted.Reader == fixture.Reader(3));
        await fixture.Pcscd.StopAsync().InTimeAsync();
        await watch.UntilAsync<ServiceLost>();
        await fixture.Pcscd.RestartAsync().InTimeAsync();
        await watch.UntilAsync<CardInserted>(inserted => inserted.Reader == fixture.Reader(3));
    }

    [Fact]
    public async Task Sixteen_readers_are_watched_though_pcscd_has_no_room_for_the_notification()
    {
        try
        {
            await fixture.Pcscd.RestartAsync(PrivatePcscd.MaxSlots).InTimeAsync();
            await using var monitor = new ReaderMonitor();
            await using var watch = new Watch(monitor);
            for (var i = 0; i < PrivatePcscd.MaxSlots; i++)
                await watch.UntilAsync<ReaderAdded>();
            await using var first = fixture.Slot(0);
            await using var last = fixture.Slot(15);
            await Task.WhenAll(first.InsertAsync(Some.Card(1)), last.InsertAsync(Some.Card(2)));
            var inserted = new[] { await watch.UntilAsync<CardInserted>(), await watch.UntilAsync<CardInserted>() };
            Assert.Equal(new[] { fixture.Reader(0), fixture.Reader(15) }, inserted.Select(i => i.Reader).Order());
        }
        finally
        {
            await fixture.Pcscd.RestartAsync(PcscdFixture.Slots).InTimeAsync();
        }
    }

    [Fact]
    public async Task No_reader_at_all_is_a_state_like_others()
    {
        try
        {
            await fixture.Pcscd.RestartAsync(0).InTimeAsync();
            await using var monitor = new ReaderMonitor();
            await using var watch = new Watch(monitor);
            Assert.IsType<ServiceFound>(await watch.NextAsync());
            await fixture.Pcscd.RestartAsync(PcscdFixture.Slots).InTimeAsync();
            await watch.UntilAsync<ReaderAdded>();
        }
        finally
        {
            await fixture.Pcscd.RestartAsync(PcscdFixture.Slots).InTimeAsync();
        }
    }
}
