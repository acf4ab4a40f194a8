using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Dispatch;
using PersoMesh.Controller.Sessions;

namespace PersoMesh.Controller.Tests;

/// <summary>The protocol of a session on MassTransit's harness, with a station and a Security service that are only mailboxes.</summary>
public sealed class CardSessionMachineTests : IAsyncLifetime
{
    // The answers of a card that has no CPLC: SELECT, GET DATA, INITIALIZE UPDATE (SCP02, 28 bytes).
    static readonly byte[][] OpeningAnswers = [[0x90, 0x00], [0x6A, 0x88], [.. new byte[28], 0x90, 0x00]];

    readonly InMemoryCardDispatcher _dispatcher = Some.Dispatcher();
    readonly SetTime _time = new();
    readonly ServiceProvider _services;
    readonly ITestHarness _harness;

    public CardSessionMachineTests()
    {
        _services = new ServiceCollection()
            .AddSingleton<ICardDispatcher>(_dispatcher)
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton(Options.Create(new ControllerOptions()))
            .AddSingleton<SessionSteps>()
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddSagaStateMachine<CardSessionMachine, CardSession>().InMemoryRepository();
                bus.UsingInMemory((context, factory) =>
                {
                    factory.ReceiveEndpoint("card-session", endpoint => endpoint.ConfigureSaga<CardSession>(context));
                    factory.ReceiveEndpoint("station-one", endpoint =>
                    {
                        endpoint.Handler<CardAssigned>(_ => Task.CompletedTask);
                        endpoint.Handler<CommandBatch>(_ => Task.CompletedTask);
                        endpoint.Handler<FormatComplete>(_ => Task.CompletedTask);
                    });
                    factory.ReceiveEndpoint("security-session", endpoint =>
                    {
                        endpoint.Handler<ProtectScript>(_ => Task.CompletedTask);
                        endpoint.Handler<VerifyResponses>(_ => Task.CompletedTask);
                    });
                });
            })
            .BuildServiceProvider(true);
        _harness = _services.GetRequiredService<ITestHarness>();
    }

    public Task InitializeAsync() => _harness.Start();

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task A_good_card_takes_the_way_from_ready_to_reported()
    {
        var session = await ReadyAsync("a");
        Assert.True(await _harness.Sent.Any<CardAssigned>(m => m.Context.Message.SessionId == session && m.Context.Message.CardObjectId == "a"));
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        Assert.True(await _harness.Sent.Any<ProtectScript>(m => m.Context.Message.SessionId == session && m.Context.Message.InitializeUpdateResponse.Length == 28));
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        Assert.True(await _harness.Sent.Any<CommandBatch>(m => m.Context.Message is { Sequence: 1, Reader: "reader-1" }));
        await SendAsync(new BatchResult(session, 1, new BatchOutcome([[0x90, 0x00]])));
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Good));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session is { CardObjectId: "a", ApduCount: 4, Attempt: 1 }));
    }

    [Fact]
    public async Task One_message_acknowledges_a_card_and_starts_the_next_session()
    {
        var first = await ReadyAsync("a", "b");
        await CompleteAsync(first);
        var second = NewId.NextGuid();
        await PostAsync(new NextCardReady { SessionId = second, AcknowledgedSessionId = first, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        Assert.True(await _harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.SessionId == first));
        Assert.True(await _harness.Sent.Any<CardAssigned>(m => m.Context.Message.SessionId == second && m.Context.Message.CardObjectId == "b"));
    }

    [Fact]
    public async Task A_wrong_cryptogram_rejects_the_card_and_nothing_is_sent_to_it()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptRefused(session, "the card cryptogram does not match", WrongCryptogram: true));
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardFailed>(m => m.Context.Message.WillRetry));
        Assert.False(await _harness.Sent.Any<CommandBatch>(m => m.Context.Message.SessionId == session, new CancellationTokenSource(500).Token));
    }

    [Fact]
    public async Task Response_macs_that_do_not_verify_reject_the_card()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [1, 2, 3]));
        await SendAsync(new BatchResult(session, 1, new BatchOutcome([[0x90, 0x00]])));
        Assert.True(await _harness.Sent.Any<VerifyResponses>(m => m.Context.Message.SessionId == session));
        await SendAsync(new ResponsesVerified(session, "answer 1 has a wrong MAC"));
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
    }

    [Fact]
    public async Task A_station_that_falls_silent_while_it_writes_leaves_the_card_unresolved()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Opening))); // of a state that is over
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Programming)));
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Unresolved));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Unresolved, WillRetry: false }));
    }

    [Fact]
    public async Task A_station_that_was_silent_resolves_its_card_when_its_journal_says_that_it_is_complete()
    {
        var session = await UnresolvedAsync();
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = new BatchOutcome([[0x90, 0x00]]) });
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Good, JournalHeard: true }));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.SessionId == session));
    }

    [Fact]
    public async Task A_station_that_was_silent_frees_its_card_object_when_its_journal_says_that_the_card_is_not_complete()
    {
        var session = await UnresolvedAsync();
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1" });
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Rejected, JournalHeard: true }));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Rejected, WillRetry: true }));
    }

    [Theory]
    [InlineData(CardFault.ReaderFailed)]
    [InlineData(CardFault.OutcomeUnknown)]
    public async Task A_journal_that_does_not_know_either_leaves_the_card_unresolved_for_good(CardFault fault)
    {
        var session = await UnresolvedAsync();
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = new BatchOutcome([], fault) });
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Unresolved, JournalHeard: true }));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Unresolved, WillRetry: false }));
        Assert.Empty(_harness.Published.Select<CardPersonalized>());
    }

    [Fact]
    public async Task A_restarted_station_rejects_a_card_that_was_only_opened()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1" });
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Rejected }));
    }

    [Fact]
    public async Task A_station_that_reports_an_unknown_session_is_told_to_set_the_card_apart()
    {
        var session = NewId.NextGuid();
        await PostAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-7", Sequence = 1, Outcome = new BatchOutcome([]) });
        Assert.True(await _harness.Sent.Any<FormatComplete>(
            m => m.Context.Message is { Reader: "reader-7", Verdict: Verdict.Unresolved, JournalHeard: true } told && told.SessionId == session));
    }

    [Fact]
    public async Task A_good_verdict_that_is_acknowledged_late_makes_a_good_card()
    {
        var session = await ReadyAsync("a");
        await CompleteAsync(session);
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Completing)));
        Assert.True(await _harness.Published.Any<CardFailed>(m => m.Context.Message.Verdict == Verdict.Unresolved));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.SessionId == session));
    }

    [Fact]
    public async Task A_station_that_withdraws_gets_no_card_object()
    {
        var session = await ReadyAsync();
        await SendAsync(new StationWithdrawn(session));
        Assert.Empty(await _dispatcher.AddAsync(Some.Job(), Some.Cards("a"), CancellationToken.None));
    }

    async Task<Guid> UnresolvedAsync()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Programming)));
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Completing)));
        Assert.True(await _harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Unresolved, WillRetry: false }));
        return session;
    }

    [Fact]
    public async Task A_station_that_fell_silent_while_it_waited_is_served_when_it_comes_back()
    {
        var session = await ReadyAsync();
        var silent = (await _harness.GetSagaStateMachineHarness<CardSessionMachine, CardSession>().Exists(session, machine => machine.Waiting))!;
        Assert.Equal(session, silent.Value);
        await LoseAsync(session);
        Assert.Empty(await _dispatcher.AddAsync(Some.Job(), Some.Cards("a"), CancellationToken.None));
        await SendAsync(new StationReady { SessionId = session, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        Assert.True(await _harness.Sent.Any<CardAssigned>(m => m.Context.Message.SessionId == session && m.Context.Message.CardObjectId == "a"));
    }

    [Fact]
    public async Task Every_message_twice_makes_one_card()
    {
        var session = await ReadyAsync("a", "b");
        await TwiceAsync(new StationReady { SessionId = session, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        await TwiceAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await TwiceAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        await TwiceAsync(new BatchResult(session, 1, new BatchOutcome([[0x90, 0x00]])));
        await TwiceAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardPersonalized>());
        Assert.Single(_harness.Published.Select<CardPersonalized>());
        Assert.Single(_harness.Sent.Select<CommandBatch>());
        Assert.All(_harness.Sent.Select<CardAssigned>(), m => Assert.Equal("a", m.Context.Message.CardObjectId));
        Assert.False(await _harness.Published.Any<Fault>(new CancellationTokenSource(500).Token));
    }

    Task LoseAsync(Guid session)
    {
        _time.Now += new ControllerOptions().WaitingTimeout + TimeSpan.FromSeconds(1);
        return SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Waiting)));
    }

    static CardCommand Command => new([0x84, 0x82, 0x03, 0x00], [0x9000]);

    async Task<Guid> ReadyAsync(params string[] cards)
    {
        await _dispatcher.AddAsync(Some.Job(), Some.Cards(cards), CancellationToken.None);
        var session = NewId.NextGuid();
        await SendAsync(new StationReady { SessionId = session, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        return session;
    }

    async Task CompleteAsync(Guid session)
    {
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        await SendAsync(new BatchResult(session, 1, new BatchOutcome([[0x90, 0x00]])));
    }

    async Task TwiceAsync<T>(T message)
        where T : class
    {
        await SendAsync(message);
        await SendAsync(message);
    }

    Task PostAsync<T>(T message)
        where T : class => PostAsync(message, NewId.NextGuid());

    async Task PostAsync<T>(T message, Guid id)
        where T : class
    {
        var endpoint = await _harness.Bus.GetSendEndpoint(new Uri("exchange:card-session"));
        await endpoint.Send(message, context => context.MessageId = id);
    }

    // Waits until the machine has consumed the message, so that the next one finds the state it left.
    async Task SendAsync<T>(T message)
        where T : class
    {
        var id = NewId.NextGuid();
        await PostAsync(message, id);
        Assert.True(await _harness.Consumed.Any<T>(m => m.Context.MessageId == id), $"{typeof(T).Name} was not consumed");
    }
}

/// <summary>A clock that shows what a test sets. Timers run by the real one.</summary>
sealed class SetTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = TimeProvider.System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;
}
