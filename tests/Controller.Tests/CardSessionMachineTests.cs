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
                        endpoint.Handler<ResumeScript>(_ => Task.CompletedTask);
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

    [Fact]
    public async Task After_a_lost_contact_Security_says_how_to_go_on_and_the_card_is_good()
    {
        var session = await LostContactAsync();
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [5], Sequence: 2, MayResume: true, IsProof: true));
        Assert.True(await _harness.Sent.Any<CommandBatch>(m => m.Context.Message is { Sequence: 2, MayResume: true }));
        await SendAsync(new BatchResult(session, 1, LostAtSecond)); // the first batch, delivered again
        await SendAsync(new BatchResult(session, 2, new BatchOutcome([[0x6A, 0x82]]))); // the proof says no, which is no fault
        Assert.True(await _harness.Sent.Any<ResumeScript>(m => m.Context.Message.SealedChannel is [5] && m.Context.Message.Responses.Count == 1));
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [6], Sequence: 3, MayResume: true));
        await SendAsync(new BatchResult(session, 3, new BatchOutcome([[0x90, 0x00]])));
        Assert.True(await _harness.Sent.Any<VerifyResponses>(m => m.Context.Message.SealedChannel is [6]));
        await SendAsync(new ResponsesVerified(session, null));
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Good));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.ApduCount == 3 + 1 + 1 + 1));
        Assert.Equal(2, _harness.Sent.Select<ResumeScript>().Count());
    }

    [Theory]
    [InlineData(nameof(SessionOutcomeReported))]
    [InlineData(nameof(SessionDeadlinePassed))]
    [InlineData(nameof(ScriptRefused))]
    public async Task A_session_that_cannot_go_on_after_a_lost_contact_ends_with_what_was_known_then(string because)
    {
        var session = await LostContactAsync();
        await (because switch
        {
            nameof(SessionOutcomeReported) => SendAsync(
                new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = LostAtSecond }),
            nameof(SessionDeadlinePassed) => SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Securing))),
            _ => SendAsync(new ScriptRefused(session, "there is no such key", WrongCryptogram: false)),
        });
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await _harness.Published.Any<CardFailed>(
            m => m.Context.Message is { WillRetry: true } failed && failed.Reason.StartsWith("the contact to the card was lost at command 2 of 3", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_station_that_is_restarted_before_it_went_on_rejects_the_card()
    {
        var session = await LostContactAsync();
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [5], Sequence: 2, MayResume: true));
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = LostAtSecond });
        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Rejected, JournalHeard: true }));
    }

    [Fact]
    public async Task A_card_that_loses_contact_again_and_again_is_rejected()
    {
        var session = await LostContactAsync();
        for (var sequence = 2; sequence <= 9; sequence++)
        {
            await SendAsync(new ScriptProtected(session, [Command, Command, Command], SealedChannel: [5], sequence, MayResume: true));
            await SendAsync(new BatchResult(session, sequence, LostAtSecond));
        }

        Assert.True(await _harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
        Assert.Equal(8, _harness.Sent.Select<ResumeScript>().Count());
    }

    static BatchOutcome LostAtSecond => new([[0x90, 0x00]], CardFault.ContactLost);

    async Task<Guid> LostContactAsync()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command, Command, Command], SealedChannel: [4], MayResume: true));
        await SendAsync(new BatchResult(session, 1, LostAtSecond));
        Assert.True(await _harness.Sent.Any<ResumeScript>(m => m.Context.Message.SealedChannel is [4] && m.Context.Message.Responses.Count == 1));
        return session;
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
