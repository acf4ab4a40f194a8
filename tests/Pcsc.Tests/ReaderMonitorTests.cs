using PersoMesh.Pcsc.Tests.Fakes;
using PersoMesh.Pcsc.Tests.Support;

namespace PersoMesh.Pcsc.Tests;

/// <summary>The monitor against a service in memory.</summary>
public sealed class ReaderMonitorTests : IAsyncLifetime
{
    static readonly byte[] Atr = [0x3B, 0x01, 0xAA];
    static readonly byte[] OtherAtr = [0x3B, 0x01, 0xBB];

    readonly FakePcsc _pcsc = new FakePcsc().Plug("one");
    readonly InstantTime _time = new();
    ReaderMonitor? _monitor;
    Watch? _watch;

    Watch Watch => _watch ??= new(Monitor);

    ReaderMonitor Monitor => _monitor ??= new(_pcsc, new(), _time);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_watch is not null)
            await _watch.DisposeAsync();
        if (_monitor is not null)
            await _monitor.DisposeAsync().InTimeAsync();
        Assert.Empty(_pcsc.Open);
    }

    [Fact]
    public async Task A_reader_that_is_plugged_in_and_out_while_we_wait_is_told()
    {
        await Watch.UntilAsync<ReaderAdded>();
        _pcsc.AwaitWaiter().Plug("two");
        Assert.Equal(new ReaderAdded("two"), await Watch.NextAsync());
        _pcsc.AwaitWaiter().Unplug("one");
        Assert.Equal(new ReaderRemoved("one"), await Watch.NextAsync());
    }

    [Fact]
    public async Task A_reader_that_the_notification_missed_is_found_with_the_next_list()
    {
        await Watch.UntilAsync<ReaderAdded>();
        _pcsc.AwaitWaiter().BetweenListAndWait = () => _pcsc.Plug("two");
        _pcsc.Insert("one", Atr);
        await Watch.UntilAsync<CardInserted>();
        _pcsc.AwaitWaiter();
        Assert.Null(_pcsc.BetweenListAndWait);
        _pcsc.Expire();
        Assert.Equal(new ReaderAdded("two"), await Watch.NextAsync());
    }

    [Fact]
    public async Task Where_the_notification_counts_readers_none_is_missed_and_nothing_is_asked_twice()
    {
        _pcsc.CountsReaders = true;
        await Watch.UntilAsync<ReaderAdded>();
        _pcsc.AwaitWaiter().BetweenListAndWait = () => _pcsc.Plug("two");
        _pcsc.Insert("one", Atr);
        await Watch.UntilAsync<ReaderAdded>(added => added.Reader == "two");
        _pcsc.AwaitWaiter();
        // First answer, card, reader that came unnoticed, its first state, and the wait that is under way.
        Assert.InRange(_pcsc.Calls.Count(call => call == "SCardGetStatusChange"), 4, 6);
    }

    [Fact]
    public async Task Cards_that_come_and_go_are_told_with_numbers_of_their_own()
    {
        await Watch.UntilAsync<ReaderAdded>();
        _pcsc.AwaitWaiter().Insert("one", Atr);
        var first = Assert.IsType<CardInserted>(await Watch.NextAsync());
        Assert.Equal(Atr, first.Atr.ToArray());
        _pcsc.AwaitWaiter().Remove("one");
        Assert.Equal(new CardRemoved("one", first.Insertion), await Watch.NextAsync());
        _pcsc.AwaitWaiter().Insert("one", OtherAtr);
        Assert.NotEqual(first.Insertion, Assert.IsType<CardInserted>(await Watch.NextAsync()).Insertion);
    }

    [Fact]
    public async Task A_card_exchanged_between_two_looks_is_a_removal_and_an_insertion()
    {
        _pcsc.Insert("one", Atr);
        var first = await Watch.UntilAsync<CardInserted>();
        _pcsc.AwaitWaiter().Exchange("one", OtherAtr);
        Assert.Equal(new CardRemoved("one", first.Insertion), await Watch.NextAsync());
        Assert.Equal(OtherAtr, Assert.IsType<CardInserted>(await Watch.NextAsync()).Atr.ToArray());
    }

    [Fact]
    public async Task A_mute_card_is_told_once_and_again_when_it_comes_to_life()
    {
        await Watch.UntilAsync<ReaderAdded>();
        _pcsc.AwaitWaiter().Insert("one", atr: null, isMute: true);
        Assert.True(Assert.IsType<CardInserted>(await Watch.NextAsync()).IsMute);
        _pcsc.AwaitWaiter().Insert("one", Atr);
        Assert.False(Assert.IsType<CardInserted>(await Watch.NextAsync()).IsMute);
    }

    [Fact]
    public async Task A_reader_that_fails_is_gone_until_it_works_again()
    {
        _pcsc.Insert("one", Atr);
        await Watch.UntilAsync<CardInserted>();
        _pcsc.AwaitWaiter().Fail("one");
        Assert.Equal(new ReaderRemoved("one"), await Watch.NextAsync());
        _pcsc.AwaitWaiter().Fail("one", isFailed: false);
        Assert.Equal(new ReaderAdded("one", HasCard: true), await Watch.NextAsync());
        Assert.IsType<CardInserted>(await Watch.NextAsync());
    }

    [Fact]
    public async Task A_newcomer_learns_what_is()
    {
        _pcsc.Plug("two").Insert("two", Atr);
        var inserted = await Watch.UntilAsync<CardInserted>();
        await using var newcomer = new Watch(Monitor);
        await newcomer.UntilAsync<CardInserted>();
        Assert.Equal([new ServiceFound(), new ReaderAdded("one"), new ReaderAdded("two", HasCard: true), inserted], newcomer.Seen);
    }

    [Fact]
    public async Task A_service_that_stops_takes_the_readers_away_and_is_looked_for_in_growing_intervals()
    {
        _pcsc.Insert("one", Atr);
        var before = await Watch.UntilAsync<CardInserted>();
        _pcsc.AwaitWaiter().Force("SCardEstablishContext", [.. Enumerable.Repeat(PcscCode.NoService, 6)]).Stop();
        Assert.Equal(new ReaderRemoved("one"), await Watch.NextAsync());
        var lost = Assert.IsType<ServiceLost>(await Watch.NextAsync());
        Assert.Equal(("SCardGetStatusChange", PcscCode.CommunicationError), (lost.Reason.Function, lost.Reason.Code));

        _pcsc.Start();
        Assert.IsType<ServiceFound>(await Watch.NextAsync());
        Assert.Equal(new ReaderAdded("one", HasCard: true), await Watch.NextAsync());
        Assert.NotEqual(before.Insertion, Assert.IsType<CardInserted>(await Watch.NextAsync()).Insertion);
        Assert.Equal([100, 200, 400, 800, 1600, 2000], _time.Waits.Take(6).Select(wait => wait.TotalMilliseconds));
    }

    [Fact]
    public async Task A_service_that_is_not_there_at_first_is_told_and_found_later()
    {
        _pcsc.Stop();
        Assert.Equal(PcscCode.NoService, Assert.IsType<ServiceLost>(await Watch.NextAsync()).Reason.Code);
        _pcsc.Start();
        Assert.IsType<ServiceFound>(await Watch.NextAsync());
    }

    [Theory]
    [InlineData(PcscCode.UnknownReader)]
    [InlineData(PcscCode.ReaderUnavailable)]
    [InlineData(PcscCode.Cancelled)]
    [InlineData(PcscCode.Timeout)]
    public async Task A_wait_that_ends_without_an_answer_only_makes_us_list_again(PcscCode code)
    {
        _pcsc.Force("SCardGetStatusChange", code);
        await Watch.UntilAsync<ReaderAdded>();
        Assert.Equal([new ServiceFound(), new ReaderAdded("one")], Watch.Seen);
        Assert.Equal(1, _pcsc.Calls.Count(call => call == "SCardEstablishContext"));
    }

    [Theory]
    [InlineData(PcscCode.InvalidHandle)]
    [InlineData(PcscCode.ServiceStopped)]
    [InlineData(PcscCode.InternalError)]
    public async Task A_context_that_is_of_no_use_any_more_is_replaced(PcscCode code)
    {
        await Watch.UntilAsync<ReaderAdded>();
        _pcsc.AwaitWaiter().Force("SCardListReaders", code).Plug("two");
        await Watch.UntilAsync<ServiceLost>();
        await Watch.UntilAsync<ServiceFound>();
    }

    [Fact]
    public async Task No_reader_at_all_is_waited_out()
    {
        _pcsc.Unplug("one");
        Assert.IsType<ServiceFound>(await Watch.NextAsync());
        _pcsc.AwaitWaiter().Plug("one");
        Assert.Equal(new ReaderAdded("one"), await Watch.NextAsync());
    }

    [Fact]
    public async Task Where_the_notification_finds_no_room_the_readers_are_watched_without_it()
    {
        for (var i = 2; i <= 16; i++)
            _pcsc.Plug($"reader {i}");
        await Watch.UntilAsync<ReaderAdded>(added => added.Reader == "reader 16");
        _pcsc.AwaitWaiter().Insert("reader 16", Atr);
        await Watch.UntilAsync<CardInserted>();
        _pcsc.AwaitWaiter().Unplug("reader 16");
        Assert.Equal(new ReaderRemoved("reader 16"), await Watch.NextAsync());
        _pcsc.AwaitWaiter().Plug("another");
        Assert.Equal(new ReaderAdded("another"), await Watch.NextAsync());
    }

    [Fact]
    public async Task Returns_without_news_do_not_make_us_spin()
    {
        _pcsc.Force("SCardGetStatusChange", [.. Enumerable.Repeat(PcscCode.UnknownReader, 100)]);
        await Watch.UntilAsync<ReaderAdded>();
        Assert.InRange(_time.Waits.Count(wait => wait == TimeSpan.FromMilliseconds(200)), 30, 100);
    }

    [Fact]
    public async Task Disposing_ends_a_wait_also_when_the_first_cancels_come_too_early()
    {
        await Watch.UntilAsync<ReaderAdded>();
        _pcsc.AwaitWaiter().IgnoreCancels(3);
        await Monitor.DisposeAsync().InTimeAsync();
        await Monitor.DisposeAsync().InTimeAsync();
        Assert.Equal("SCardReleaseContext", _pcsc.Calls[^1]);
    }

    [Fact]
    public async Task Watching_ends_with_the_monitor_and_with_its_token()
    {
        await using var monitor = new ReaderMonitor(_pcsc, new(), _time);
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await foreach (var @event in monitor.WatchAsync(stop.Token))
                Assert.NotNull(@event);
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching.InTimeAsync());

        var seen = Task.Run(async () =>
        {
            var count = 0;
            await foreach (var @event in monitor.WatchAsync())
                count++;
            return count;
        });
        await monitor.DisposeAsync().InTimeAsync();
        await seen.InTimeAsync();
        await foreach (var @event in monitor.WatchAsync())
            Assert.NotNull(@event);
    }
}
