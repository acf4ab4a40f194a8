using PersoMesh.Pcsc.Tests.Fakes;
using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.SmartCard;

namespace PersoMesh.Pcsc.Tests;

/// <summary>Cards in readers of a service in memory: what a code means, and what becomes of a connection.</summary>
public sealed class PcscCardTests
{
    const string Reader = "one";
    static readonly byte[] Command = [0x00, 0xA4, 0x04, 0x00];

    readonly FakePcsc _pcsc = new FakePcsc().Plug(Reader).Insert(Reader, [0x3B, 0x00]);

    [Theory]
    [InlineData(PcscCode.RemovedCard, CardLoss.Removed)]
    [InlineData(PcscCode.NoSmartcard, CardLoss.Removed)]
    [InlineData(PcscCode.ResetCard, CardLoss.Reset)]
    [InlineData(PcscCode.UnresponsiveCard, CardLoss.Mute)]
    [InlineData(PcscCode.UnpoweredCard, CardLoss.Mute)]
    [InlineData(PcscCode.ReaderUnavailable, CardLoss.ReaderGone)]
    [InlineData(PcscCode.UnknownReader, CardLoss.ReaderGone)]
    [InlineData(PcscCode.NoService, CardLoss.ReaderGone)]
    [InlineData(PcscCode.ServiceStopped, CardLoss.ReaderGone)]
    [InlineData(PcscCode.CommunicationError, CardLoss.ReaderGone)]
    [InlineData(PcscCode.InvalidHandle, CardLoss.ReaderGone)]
    public async Task Some_codes_say_what_was_lost(PcscCode code, CardLoss loss)
    {
        await using var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", code);
        var lost = await Assert.ThrowsAsync<CardLostException>(() => card.TransmitAsync(Command, CancellationToken.None).InTimeAsync());
        Assert.Equal((loss, code, "SCardTransmit", Reader), (lost.Loss, lost.Code, lost.Function, lost.Reader));
        Assert.Contains(lost.CodeName, lost.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PcscCode.SharingViolation)]
    [InlineData(PcscCode.ProtocolMismatch)]
    [InlineData(PcscCode.InvalidParameter)]
    [InlineData(PcscCode.InsufficientBuffer)]
    public async Task Some_codes_are_refusals_and_the_card_is_well(PcscCode code)
    {
        await using var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", code);
        var refused = await Assert.ThrowsAsync<PcscException>(() => card.TransmitAsync(Command, CancellationToken.None).InTimeAsync());
        Assert.Equal(code, refused.Code);
        Assert.Equal([0x90, 0x00], await card.TransmitAsync(Command, CancellationToken.None).InTimeAsync());
    }

    // What pcsc-lite says for all three, and what Windows hands through from drivers: ERROR_BAD_COMMAND, ERROR_GEN_FAILURE.
    public static TheoryData<PcscCode> VagueCodes => [PcscCode.NotTransacted, PcscCode.UnknownError, (PcscCode)0x16, (PcscCode)0x1F];

    [Theory]
    [MemberData(nameof(VagueCodes))]
    public async Task Where_the_code_does_not_tell_the_reader_is_asked_for_a_pulled_card(PcscCode code)
    {
        await using var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", code);
        var transmit = card.TransmitAsync(Command, CancellationToken.None).AsTask();
        // The reader notices later than the command fails.
        _pcsc.AwaitWaiter().Remove(Reader);
        Assert.Equal(CardLoss.Removed, (await Assert.ThrowsAsync<CardLostException>(() => transmit.InTimeAsync())).Loss);
    }

    [Theory]
    [MemberData(nameof(VagueCodes))]
    public async Task Where_the_code_does_not_tell_a_card_that_stays_is_mute(PcscCode code)
    {
        await using var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", code);
        var transmit = card.TransmitAsync(Command, CancellationToken.None).AsTask();
        _pcsc.AwaitWaiter().Expire();
        Assert.Equal(CardLoss.Mute, (await Assert.ThrowsAsync<CardLostException>(() => transmit.InTimeAsync())).Loss);
    }

    [Theory]
    [MemberData(nameof(VagueCodes))]
    public async Task Where_the_code_does_not_tell_an_unplugged_reader_is_gone(PcscCode code)
    {
        await using var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", code).Unplug(Reader);
        var lost = await Assert.ThrowsAsync<CardLostException>(() => card.TransmitAsync(Command, CancellationToken.None).InTimeAsync());
        Assert.Equal(CardLoss.ReaderGone, lost.Loss);
    }

    [Fact]
    public async Task A_reader_unplugged_while_it_is_asked_is_gone()
    {
        await using var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", PcscCode.NotTransacted);
        var transmit = card.TransmitAsync(Command, CancellationToken.None).AsTask();
        _pcsc.AwaitWaiter().Unplug(Reader);
        Assert.Equal(CardLoss.ReaderGone, (await Assert.ThrowsAsync<CardLostException>(() => transmit.InTimeAsync())).Loss);
    }

    [Fact]
    public async Task A_service_that_stopped_takes_the_reader_with_it()
    {
        var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", PcscCode.NotTransacted).Stop();
        var lost = await Assert.ThrowsAsync<CardLostException>(() => card.TransmitAsync(Command, CancellationToken.None).InTimeAsync());
        Assert.Equal(CardLoss.ReaderGone, lost.Loss);
        await card.DisposeAsync().InTimeAsync();
        Assert.Empty(_pcsc.Open);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Less_than_a_status_word_is_no_answer(int length)
    {
        await using var card = await ConnectAsync();
        _pcsc.Card = _ => (PcscCode.Success, new byte[length]);
        var transmit = card.TransmitAsync(Command, CancellationToken.None).AsTask();
        _pcsc.AwaitWaiter().Remove(Reader);
        Assert.Equal(CardLoss.Removed, (await Assert.ThrowsAsync<CardLostException>(() => transmit.InTimeAsync())).Loss);
    }

    [Fact]
    public async Task Connecting_tries_again_until_the_other_program_lets_go()
    {
        _pcsc.Force("SCardConnect", PcscCode.SharingViolation, PcscCode.SharingViolation);
        var connecting = PcscCard.ConnectAsync(_pcsc, Reader, new(), TimeProvider.System, CancellationToken.None).AsTask();
        _pcsc.AwaitWaiter().Expire();
        _pcsc.AwaitWaiter().Expire();
        await using var card = await connecting.InTimeAsync();
        Assert.Equal(3, _pcsc.Calls.Count(call => call == "SCardConnect"));
    }

    [Fact]
    public async Task Connecting_gives_up_when_patience_or_the_caller_does()
    {
        _pcsc.Force("SCardConnect", [.. Enumerable.Repeat(PcscCode.SharingViolation, 100)]);
        var impatient = new PcscCardOptions { SharingPatience = TimeSpan.Zero };
        var refused = await Assert.ThrowsAsync<PcscException>(
            () => PcscCard.ConnectAsync(_pcsc, Reader, impatient, TimeProvider.System, CancellationToken.None).InTimeAsync());
        Assert.Equal(PcscCode.SharingViolation, refused.Code);
        Assert.Contains("another program", refused.Message, StringComparison.Ordinal);

        using var giveUp = new CancellationTokenSource();
        var connecting = PcscCard.ConnectAsync(
            _pcsc, Reader, new() { SharingPatience = TimeSpan.FromHours(1) }, TimeProvider.System, giveUp.Token).AsTask();
        _pcsc.AwaitWaiter();
        await giveUp.CancelAsync();
        _pcsc.Expire();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTimeAsync());
        Assert.Empty(_pcsc.Open);
    }

    [Theory]
    [InlineData("SCardEstablishContext")]
    [InlineData("SCardConnect")]
    [InlineData("SCardStatus")]
    public async Task A_connection_that_does_not_come_about_leaves_nothing_behind(string function)
    {
        _pcsc.Force(function, PcscCode.NoService);
        var lost = await Assert.ThrowsAsync<CardLostException>(ConnectAsync);
        Assert.Equal((CardLoss.ReaderGone, function), (lost.Loss, lost.Function));
        Assert.Empty(_pcsc.Open);
    }

    [Fact]
    public async Task A_command_that_was_given_up_before_its_turn_is_not_sent()
    {
        var (entered, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var sent = new List<byte[]>();
        await using var card = await ConnectAsync();
        _pcsc.Card = command =>
        {
            sent.Add(command);
            entered.TrySetResult();
            go.Task.Wait();
            return (PcscCode.Success, [0x90, 0x00]);
        };
        using var giveUp = new CancellationTokenSource();
        var first = card.TransmitAsync(Command, giveUp.Token).AsTask();
        await entered.Task.InTimeAsync();
        var second = card.TransmitAsync(new byte[] { 1, 2, 3, 4 }, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.InTimeAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.InTimeAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => card.TransmitAsync(Command, giveUp.Token).InTimeAsync());
        go.SetResult();
        await card.TransmitAsync(new byte[] { 5, 6, 7, 8 }, CancellationToken.None).InTimeAsync();
        Assert.Equal([Command, [5, 6, 7, 8]], sent);
    }

    [Fact]
    public async Task Disposing_does_not_wait_for_ever_and_the_connection_is_closed_when_the_card_answers()
    {
        var go = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        _pcsc.Card = _ =>
        {
            entered.SetResult();
            go.Task.Wait();
            return (PcscCode.Success, [0x90, 0x00]);
        };
        var card = await PcscCard.ConnectAsync(
            _pcsc, Reader, new() { ClosePatience = TimeSpan.Zero }, TimeProvider.System, CancellationToken.None).InTimeAsync();
        var transmit = card.TransmitAsync(Command, CancellationToken.None).AsTask();
        await entered.Task.InTimeAsync();
        await card.DisposeAsync().InTimeAsync();
        Assert.NotEmpty(_pcsc.Open);
        go.SetResult();
        Assert.Equal([0x90, 0x00], await transmit.InTimeAsync());
        await card.Closed.InTimeAsync();
        Assert.Empty(_pcsc.Open);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => card.TransmitAsync(Command, CancellationToken.None).InTimeAsync());
    }

    [Theory]
    [InlineData(CardDisposition.Leave)]
    [InlineData(CardDisposition.Reset)]
    [InlineData(CardDisposition.Unpower)]
    [InlineData(CardDisposition.Eject)]
    public async Task The_card_is_left_as_asked_once(CardDisposition disposition)
    {
        var card = await ConnectAsync();
        await card.DisconnectAsync(disposition).InTimeAsync();
        await card.DisposeAsync().InTimeAsync();
        Assert.Equal([$"SCardDisconnect {disposition}", "SCardReleaseContext"], _pcsc.Calls[^2..]);
        Assert.Empty(_pcsc.Open);
    }

    [Fact]
    public async Task Reconnecting_takes_over_the_protocol_that_was_agreed_on_anew()
    {
        await using var card = await ConnectAsync();
        Assert.Equal(CardProtocols.T1, card.Protocol);
        await card.ReconnectAsync(CardDisposition.Unpower, CancellationToken.None).InTimeAsync();
        Assert.Equal((CardProtocols.T0, TransmissionProtocol.T0), (card.Protocol, card.TransmissionProtocol));
    }

    [Fact]
    public async Task A_transaction_ends_when_it_is_disposed_and_does_not_outlive_its_card()
    {
        var card = await ConnectAsync();
        await (await card.BeginTransactionAsync(CancellationToken.None).InTimeAsync()).DisposeAsync().InTimeAsync();
        Assert.Equal(["SCardBeginTransaction", "SCardEndTransaction"], _pcsc.Calls[^2..]);
        var late = await card.BeginTransactionAsync(CancellationToken.None).InTimeAsync();
        await card.DisposeAsync().InTimeAsync();
        await late.DisposeAsync().InTimeAsync();
        Assert.Equal("SCardReleaseContext", _pcsc.Calls[^1]);
    }

    [Fact]
    public async Task What_is_sent_is_the_callers_and_no_byte_of_it_is_in_an_error()
    {
        byte[] secret = [0x80, 0xD8, 0x00, 0x81, 0x04, 0xDE, 0xAD, 0xBE, 0xEF];
        await using var card = await ConnectAsync();
        _pcsc.Force("SCardTransmit", PcscCode.RemovedCard);
        var lost = await Assert.ThrowsAsync<CardLostException>(() => card.TransmitAsync(secret, CancellationToken.None).InTimeAsync());
        Assert.DoesNotContain("DEAD", lost.ToString().Replace("-", ""), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0xDE, secret[5]);
    }

    Task<PcscCard> ConnectAsync() =>
        PcscCard.ConnectAsync(_pcsc, Reader, new(), TimeProvider.System, CancellationToken.None).InTimeAsync();
}
