using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Hosting;
using PersoMesh.Pcsc;
using PersoMesh.Pcsc.Tests.Fakes;
using PersoMesh.Pcsc.Tests.Support;
using PersoMesh.StationGateway.Readers;
using PersoMesh.StationGateway.Readers.Feeding;
using PersoMesh.StationGateway.Readers.Pcsc;

namespace PersoMesh.StationGateway.Tests.Lanes;

/// <summary>A reader that comes and goes, with a service in memory: what no pcscd of a test can be made to do.</summary>
public sealed class PcscReaderTests : IAsyncLifetime, IDisposable
{
    const string Name = "one";
    static readonly byte[] Atr = [0x3B, 0x00];
    static readonly byte[] Command = [0x00, 0xA4, 0x04, 0x00];

    readonly FakePcsc _pcsc = new FakePcsc().Plug(Name);
    readonly PcscSlot _slot = new();
    readonly CancellationTokenSource _stop = new();
    readonly PcscReader _reader;
    Task _following = Task.CompletedTask;

    public PcscReaderTests() => _reader = new PcscReader(
        Name, _slot, new ManualFeeder(), new AtrPatterns("desk", ["3B0?", "3BFF*"]),
        (reader, cancellationToken) => PcscCard.ConnectAsync(_pcsc, reader, PcscCardOptions.Default, TimeProvider.System, cancellationToken),
        TimeProvider.System);

    public Task InitializeAsync()
    {
        _following = FollowAsync();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _reader.ForgetCardAsync();
        await _stop.CancelAsync();
        await _following;
    }

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_reader_unplugged_in_a_batch_fails_it_and_its_card_does_not_pass_for_a_blank_when_it_is_back()
    {
        var first = _reader.NextCardAsync(_stop.Token).AsTask();
        _pcsc.Insert(Name, Atr);
        Assert.Equal(Atr, await first.InTimeAsync());
        Assert.Equal([0x90, 0x00], await _reader.TransmitAsync(Command, CancellationToken.None).InTimeAsync());

        _pcsc.Unplug(Name).Force("SCardTransmit", PcscCode.ReaderUnavailable);
        var fault = await Assert.ThrowsAsync<CardFaultException>(() => _reader.TransmitAsync(Command, CancellationToken.None).InTimeAsync());
        Assert.Equal(CardFault.ReaderFailed, fault.Fault);
        await _reader.EjectAsync(Verdict.Rejected, "card-1", CancellationToken.None).AsTask().InTimeAsync();
        await SaysAsync("The reader is not there: plug it in, or start the PC/SC service.");

        var second = _reader.NextCardAsync(_stop.Token).AsTask();
        _pcsc.PlugWithCard(Name, Atr);
        await SaysAsync("Take the card out and put it on the pile REJECTED.");
        Assert.False(second.IsCompleted);
        _pcsc.Remove(Name);
        await SaysAsync("The last card belongs on the pile REJECTED. Insert a blank card.");
        _pcsc.Insert(Name, Atr);
        Assert.Equal(Atr, await second.InTimeAsync());
    }

    [Fact]
    public async Task A_reader_that_comes_back_empty_takes_the_next_card()
    {
        var first = _reader.NextCardAsync(_stop.Token).AsTask();
        _pcsc.Insert(Name, Atr);
        await first.InTimeAsync();
        _pcsc.Unplug(Name);
        await Eventually.TrueAsync(() => !_slot.IsPlugged, () => "unplugged");
        await _reader.EjectAsync(Verdict.Rejected, "card-1", CancellationToken.None).AsTask().InTimeAsync();
        var second = _reader.NextCardAsync(_stop.Token).AsTask();
        _pcsc.Plug(Name);
        await SaysAsync("The last card belongs on the pile REJECTED. Insert a blank card.");
        _pcsc.Insert(Name, Atr);
        Assert.Equal(Atr, await second.InTimeAsync());
    }

    [Fact]
    public async Task A_card_that_no_pattern_fits_is_refused_by_its_ATR()
    {
        var next = _reader.NextCardAsync(_stop.Token).AsTask();
        _pcsc.Insert(Name, [0x3B, 0x80, 0x01]);
        await SaysAsync("This is not a card for this station. Take it out and put it on the pile REJECTED.");
        _pcsc.Exchange(Name, [0x3B, 0xFF, 0x00]);
        Assert.Equal([0x3B, 0xFF, 0x00], await next.InTimeAsync());
    }

    [Fact]
    public async Task A_blank_that_is_gone_before_anything_was_sent_belongs_on_no_pile()
    {
        var next = _reader.NextCardAsync(_stop.Token).AsTask();
        _pcsc.Force("SCardConnect", PcscCode.NoSmartcard).Insert(Name, Atr);
        await Eventually.TrueAsync(() => _pcsc.Calls.Contains("SCardConnect"), () => "somebody connects");
        _pcsc.Remove(Name);
        await SaysAsync("Insert a blank card.");
        _pcsc.Insert(Name, Atr);
        Assert.Equal(Atr, await next.InTimeAsync());
    }

    [Fact]
    public void A_pattern_that_is_none_says_what_one_looks_like()
    {
        var wrong = Assert.Throws<MeshConfigurationException>(() => new AtrPatterns("desk", ["3B 8F xx"]));
        Assert.Contains("'3B 8F xx' is not a pattern of an ATR", wrong.Message, StringComparison.Ordinal);
    }

    Task SaysAsync(string instruction) => Eventually.TrueAsync(() => _reader.Instruction == instruction, () => $"it says '{_reader.Instruction}'");

    async Task FollowAsync()
    {
        await using var monitor = new ReaderMonitor(_pcsc, new ReaderMonitorOptions(), TimeProvider.System);
        try
        {
            await foreach (var change in monitor.WatchAsync(_stop.Token))
            {
                if (change is not (ServiceFound or ServiceLost))
                    _slot.Apply(change);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
