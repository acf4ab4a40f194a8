using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.SmartCard;

namespace PersoMesh.Pcsc.Tests.Real;

/// <summary>Simulated cards through Debian's pcscd, by the code that drives real readers.</summary>
[Collection(PcscdCollection.Name)]
public sealed class PcscCardOnPcscdTests(PcscdFixture fixture)
{
    [Fact]
    public async Task A_card_is_selected_and_tells_its_serial_number()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card(0xCAFE0001));
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        Assert.Equal(CardProtocols.T1, card.Protocol);
        Assert.Equal(Some.Hex(Some.Card().Atr), Some.Hex(card.Atr));
        var selected = await card.TransmitAsync(CommandApdu.Parse(Some.Select), CancellationToken.None).InTimeAsync();
        Assert.True(selected.IsSuccess);
        var cplc = await card.TransmitAsync(Some.GetCplc, CancellationToken.None).InTimeAsync();
        Assert.Equal("9F7F2A", Convert.ToHexString(cplc[..3]));
        Assert.Equal("CAFE0001", Convert.ToHexString(cplc[15..19]));
        Assert.Equal("9000", Convert.ToHexString(cplc[^2..]));
    }

    [Fact]
    public async Task A_T0_card_answers_whole_through_the_GET_RESPONSE_channel()
    {
        await using var slot = await fixture.InsertAsync(0, Some.T0Card(0xCAFE0002));
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        Assert.Equal((CardProtocols.T0, SmartCard.TransmissionProtocol.T0), (card.Protocol, card.TransmissionProtocol));
        Assert.Equal("6C2D", Convert.ToHexString(await card.TransmitAsync(Some.GetCplc, CancellationToken.None).InTimeAsync()));

        var channel = new GetResponseChannel(card, card.TransmissionProtocol);
        var cplc = await channel.TransmitAsync(CommandApdu.Parse(Some.GetCplc), CancellationToken.None).InTimeAsync();
        Assert.True(cplc.IsSuccess);
        Assert.Equal("CAFE0002", Convert.ToHexString(cplc.Data.Span[15..19]));
    }

    [Theory]
    [InlineData(256, 256)]
    [InlineData(4_000, 60_000)]
    [InlineData(60_000, 65_000)]
    public async Task Extended_lengths_go_through_both_ways(int sent, int received)
    {
        var simulated = Some.Card();
        var data = Enumerable.Range(0, sent).Select(i => (byte)(i * 7)).ToArray();
        var answer = Enumerable.Range(0, received).Select(i => (byte)(i * 11)).ToArray();
        byte[]? arrived = null;
        simulated.Override = command =>
        {
            arrived = command;
            return answer;
        };
        await using var slot = await fixture.InsertAsync(0, simulated);
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        var response = await card.TransmitAsync(new CommandApdu(0x80, 0xE2, 0, 0, data, 65_536), CancellationToken.None).InTimeAsync();
        Assert.Equal([0x80, 0xE2, 0, 0, .. data], arrived);
        Assert.Equal(answer, response.Data.ToArray());
        Assert.True(response.IsSuccess);
    }

    [Fact]
    public async Task An_exclusive_card_is_refused_to_everybody_else_until_it_is_let_go()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        var impatient = new PcscCardOptions { SharingPatience = TimeSpan.Zero };
        await using (await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync())
        {
            var refused = await Assert.ThrowsAsync<PcscException>(() => PcscCard.ConnectAsync(fixture.Reader(0), impatient).InTimeAsync());
            Assert.Equal(("SCardConnect", PcscCode.SharingViolation), (refused.Function, refused.Code));
            var shared = impatient with { Mode = ShareMode.Shared };
            await Assert.ThrowsAsync<PcscException>(() => PcscCard.ConnectAsync(fixture.Reader(0), shared).InTimeAsync());
        }

        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0), impatient).InTimeAsync();
    }

    [Fact]
    public async Task Connecting_waits_for_a_program_that_is_about_to_let_go()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        var first = await PcscCard.ConnectAsync(fixture.Reader(0), new() { Mode = ShareMode.Shared }).InTimeAsync();
        var second = PcscCard.ConnectAsync(fixture.Reader(0), new() { SharingPatience = TimeSpan.FromSeconds(30) }).AsTask();
        await first.DisposeAsync().InTimeAsync();
        await using var card = await second.InTimeAsync();
    }

    [Fact]
    public async Task A_transaction_holds_off_a_shared_connection()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        var shared = new PcscCardOptions { Mode = ShareMode.Shared };
        await using var one = await PcscCard.ConnectAsync(fixture.Reader(0), shared).InTimeAsync();
        await using var other = await PcscCard.ConnectAsync(fixture.Reader(0), shared).InTimeAsync();
        var order = new List<string>();
        var transaction = await one.BeginTransactionAsync(CancellationToken.None).InTimeAsync();
        var late = other.TransmitAsync(Some.Select, CancellationToken.None).AsTask()
            .ContinueWith(_ => order.Add("other"), TaskScheduler.Default);
        for (var i = 0; i < 20; i++)
            await one.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();
        order.Add("one");
        await transaction.DisposeAsync().InTimeAsync();
        await late.InTimeAsync();
        Assert.Equal(["one", "other"], order);
    }

    [Theory]
    [InlineData(CardDisposition.Reset)]
    [InlineData(CardDisposition.Unpower)]
    public async Task Reconnecting_resets_the_card(CardDisposition how)
    {
        var simulated = Some.Card();
        await using var slot = await fixture.InsertAsync(0, simulated);
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        await card.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();
        Assert.Equal(1, simulated.ApduCount);
        await card.ReconnectAsync(how, CancellationToken.None).InTimeAsync();
        Assert.Equal(0, simulated.ApduCount);
        Assert.Equal(Some.Hex(simulated.Atr), Some.Hex(card.Atr));
        await card.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();
    }

    [Fact]
    public async Task A_reset_by_somebody_else_is_told_before_the_next_command_and_mended_by_reconnecting()
    {
        var simulated = Some.Card();
        await using var slot = await fixture.InsertAsync(0, simulated);
        var shared = new PcscCardOptions { Mode = ShareMode.Shared };
        await using var ours = await PcscCard.ConnectAsync(fixture.Reader(0), shared).InTimeAsync();
        var other = await PcscCard.ConnectAsync(fixture.Reader(0), shared).InTimeAsync();
        await ours.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();
        await other.DisconnectAsync(CardDisposition.Reset).InTimeAsync();

        var lost = await Assert.ThrowsAsync<CardLostException>(() => ours.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync());
        Assert.Equal((CardLoss.Reset, PcscCode.ResetCard), (lost.Loss, lost.Code));
        Assert.Equal(0, simulated.ApduCount);
        await ours.ReconnectAsync(CardDisposition.Leave, CancellationToken.None).InTimeAsync();
        await ours.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();
    }

    [Fact]
    public async Task An_empty_reader_and_an_unknown_one_are_told_apart()
    {
        var empty = await Assert.ThrowsAsync<CardLostException>(() => PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync());
        Assert.Equal((CardLoss.Removed, PcscCode.NoSmartcard), (empty.Loss, empty.Code));
        var unknown = await Assert.ThrowsAsync<CardLostException>(() => PcscCard.ConnectAsync("No such reader").InTimeAsync());
        Assert.Equal((CardLoss.ReaderGone, PcscCode.UnknownReader), (unknown.Loss, unknown.Code));
    }

    [Fact]
    public async Task A_protocol_that_the_card_does_not_speak_is_refused()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        var refused = await Assert.ThrowsAsync<PcscException>(
            () => PcscCard.ConnectAsync(fixture.Reader(0), new() { Protocols = CardProtocols.T0 }).InTimeAsync());
        Assert.Equal(PcscCode.ProtocolMismatch, refused.Code);
    }

    [Fact]
    public async Task Raw_bytes_go_through_too()
    {
        await using var slot = await fixture.InsertAsync(0, Some.Card());
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(0), new() { Protocols = CardProtocols.Raw }).InTimeAsync();
        Assert.Equal(CardProtocols.Raw, card.Protocol);
        var response = await card.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();
        Assert.Equal("9000", Convert.ToHexString(response[^2..]));
    }

    [Fact]
    public async Task Cards_in_different_readers_work_at_the_same_time()
    {
        await using var slowSlot = await fixture.InsertAsync(0, Some.Card());
        await using var slot = await fixture.InsertAsync(2, Some.Card());
        await using var slow = await PcscCard.ConnectAsync(fixture.Reader(0)).InTimeAsync();
        await using var card = await PcscCard.ConnectAsync(fixture.Reader(2)).InTimeAsync();
        var go = new TaskCompletionSource();
        slowSlot.BeforeCommand = (_, _) => go.Task;
        var waiting = slow.TransmitAsync(Some.Select, CancellationToken.None).AsTask();
        await card.TransmitAsync(Some.Select, CancellationToken.None).InTimeAsync();
        Assert.False(waiting.IsCompleted);
        go.SetResult();
        await waiting.InTimeAsync();
    }
}
