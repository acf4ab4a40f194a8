using System.Net;
using System.Net.Sockets;
using PersoMesh.CardSimulator;
using PersoMesh.CardSimulator.Vpcd;
using PersoMesh.Pcsc.Tests.Support;

namespace PersoMesh.Pcsc.Tests;

/// <summary>The card's side of vpcd's protocol, byte by byte; this test is the reader (STANDARDS.md §6.4).</summary>
public sealed class VpcdConnectionTests : IAsyncLifetime, IDisposable
{
    const string Off = "000100";
    const string On = "000101";
    const string Reset = "000102";
    const string GetAtr = "000104";
    const string Select = "000500A4040000";

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly SimulatedCard _card = Some.Card();
    VpcdConnection? _connection;
    TcpClient? _reader;

    VpcdConnection Connection => _connection!;

    string AtrMessage => $"{_card.Atr.Length:X4}{Convert.ToHexString(_card.Atr)}";

    public async Task InitializeAsync()
    {
        _listener.Start();
        _connection = new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _connection.Insert(_card);
        await AcceptAsync();
    }

    public async Task DisposeAsync()
    {
        _reader?.Dispose();
        await Connection.DisposeAsync().InTimeAsync();
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task A_powered_card_answers_commands_and_forgets_them_with_a_reset()
    {
        await SendAsync(On);
        Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        Assert.EndsWith("9000", await AskAsync(Select));
        Assert.Equal(1, _card.ApduCount);
        await SendAsync(Reset);
        Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        Assert.Equal(0, _card.ApduCount);
    }

    [Fact]
    public async Task A_card_without_power_breaks_off_and_comes_back()
    {
        await SendAsync(On);
        Assert.EndsWith("9000", await AskAsync(Select));
        await SendAsync(Off);
        await SendAsync(Select);
        await ExpectEndAsync();
        await AcceptAsync();
        Assert.Equal(AtrMessage, await AskAsync(GetAtr));
    }

    [Fact]
    public async Task A_mute_card_is_there_but_breaks_off_when_it_is_powered()
    {
        _card.Faults.Mute = true;
        Assert.Equal("00013B", await AskAsync(GetAtr));
        await SendAsync(On);
        await SendAsync(GetAtr);
        await ExpectEndAsync();
        await AcceptAsync();
        Assert.Equal("00013B", await AskAsync(GetAtr));
    }

    [Fact]
    public async Task A_new_card_that_is_taken_for_the_one_before_breaks_off_until_it_is_powered()
    {
        for (var look = 0; look < 3; look++)
            Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        await ExpectEndAsync();
        await AcceptAsync();
        Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        await SendAsync(Off);
        Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        await SendAsync(On);
        for (var look = 0; look < 5; look++)
            Assert.Equal(AtrMessage, await AskAsync(GetAtr));
    }

    [Fact]
    public async Task A_reader_that_breaks_off_finds_the_card_again_and_need_not_power_it_at_once()
    {
        await SendAsync(On);
        Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        _reader!.Dispose();
        await AcceptAsync();
        for (var look = 0; look < 5; look++)
            Assert.Equal(AtrMessage, await AskAsync(GetAtr));
        Assert.True(Connection.IsCardInserted);
    }

    [Fact]
    public async Task A_pulled_card_says_nothing_more_and_leaves_when_the_reader_closes()
    {
        await SendAsync(On);
        var received = new TaskCompletionSource();
        Connection.BeforeCommand = (_, pulled) =>
        {
            received.SetResult();
            return Task.Delay(Timeout.Infinite, pulled);
        };
        await SendAsync(Select);
        await received.Task.InTimeAsync();
        var removal = Connection.RemoveAsync();
        await ExpectEndAsync();
        Assert.True(Connection.IsCardInserted);
        _reader!.Dispose();
        await removal.InTimeAsync();
        Assert.False(Connection.IsCardInserted);
    }

    [Fact]
    public async Task There_is_one_card_in_a_slot()
    {
        Assert.Throws<InvalidOperationException>(() => Connection.Insert(Some.Card()));
        _reader!.Dispose();
        await Connection.RemoveAsync().InTimeAsync();
        Connection.Insert(Some.Card());
    }

    async Task AcceptAsync()
    {
        _reader?.Dispose();
        _reader = await _listener.AcceptTcpClientAsync().InTimeAsync();
    }

    Task SendAsync(string message) => _reader!.GetStream().WriteAsync(Convert.FromHexString(message)).InTimeAsync();

    async Task<string> AskAsync(string message)
    {
        await SendAsync(message);
        var length = new byte[2];
        await _reader!.GetStream().ReadExactlyAsync(length).InTimeAsync();
        var answer = new byte[(length[0] << 8) | length[1]];
        await _reader.GetStream().ReadExactlyAsync(answer).InTimeAsync();
        return Convert.ToHexString([.. length, .. answer]);
    }

    async Task ExpectEndAsync() => Assert.Equal(0, await _reader!.GetStream().ReadAsync(new byte[1]).InTimeAsync());
}
