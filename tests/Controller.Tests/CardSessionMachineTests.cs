using MassTransit;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Sessions;

namespace PersoMesh.Controller.Tests;

/// <summary>The protocol of a session.</summary>
public sealed class CardSessionMachineTests : SessionBench
{
    [Fact]
    public async Task A_good_card_takes_the_way_from_ready_to_reported()
    {
        var session = await ReadyAsync("a");
        Assert.True(await Harness.Sent.Any<CardAssigned>(m => m.Context.Message.SessionId == session && m.Context.Message.CardObjectId == "a"));
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        Assert.True(await Harness.Sent.Any<ProtectScript>(m => m.Context.Message.SessionId == session && m.Context.Message.InitializeUpdateResponse.Length == 28));
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        Assert.True(await Harness.Sent.Any<CommandBatch>(m => m.Context.Message is { Sequence: 1, Reader: "reader-1" }));
        await SendAsync(new BatchResult(session, 1, new BatchOutcome([[0x90, 0x00]])));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Good));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session is { CardObjectId: "a", ApduCount: 4, Attempt: 1 }));
    }

    [Fact]
    public async Task One_message_acknowledges_a_card_and_starts_the_next_session()
    {
        var first = await ReadyAsync("a", "b");
        await CompleteAsync(first);
        var second = NewId.NextGuid();
        await PostAsync(new NextCardReady { SessionId = second, AcknowledgedSessionId = first, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.SessionId == first));
        Assert.True(await Harness.Sent.Any<CardAssigned>(m => m.Context.Message.SessionId == second && m.Context.Message.CardObjectId == "b"));
    }

    [Fact]
    public async Task A_wrong_cryptogram_rejects_the_card_and_nothing_is_sent_to_it()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptRefused(session, "the card cryptogram does not match", WrongCryptogram: true));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message.WillRetry));
        Assert.False(await Harness.Sent.Any<CommandBatch>(m => m.Context.Message.SessionId == session, new CancellationTokenSource(500).Token));
    }

    [Fact]
    public async Task Response_macs_that_do_not_verify_reject_the_card()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [1, 2, 3]));
        await SendAsync(new BatchResult(session, 1, new BatchOutcome([[0x90, 0x00]])));
        Assert.True(await Harness.Sent.Any<VerifyResponses>(m => m.Context.Message.SessionId == session));
        await SendAsync(new ResponsesVerified(session, "answer 1 has a wrong MAC"));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
    }

    [Fact]
    public async Task A_station_that_falls_silent_while_it_writes_leaves_the_card_unresolved()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Opening))); // of a state that is over
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Programming)));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Unresolved));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Unresolved, WillRetry: false }));
    }

    [Fact]
    public async Task A_station_that_was_silent_resolves_its_card_when_its_journal_says_that_it_is_complete()
    {
        var session = await UnresolvedAsync();
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = new BatchOutcome([[0x90, 0x00]]) });
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Good, JournalHeard: true }));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.SessionId == session));
    }

    [Fact]
    public async Task A_station_that_was_silent_frees_its_card_object_when_its_journal_says_that_the_card_is_not_complete()
    {
        var session = await UnresolvedAsync();
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1" });
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Rejected, JournalHeard: true }));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Rejected, WillRetry: true }));
    }

    [Theory]
    [InlineData(CardFault.ReaderFailed)]
    [InlineData(CardFault.OutcomeUnknown)]
    public async Task A_journal_that_does_not_know_either_leaves_the_card_unresolved_for_good(CardFault fault)
    {
        var session = await UnresolvedAsync();
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = new BatchOutcome([], fault) });
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Unresolved, JournalHeard: true }));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Unresolved, WillRetry: false }));
        Assert.Empty(Harness.Published.Select<CardPersonalized>());
    }

    [Fact]
    public async Task A_restarted_station_rejects_a_card_that_was_only_opened()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1" });
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Rejected }));
    }

    [Fact]
    public async Task A_station_that_reports_an_unknown_session_is_told_to_set_the_card_apart()
    {
        var session = NewId.NextGuid();
        await PostAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-7", Sequence = 1, Outcome = new BatchOutcome([]) });
        Assert.True(await Harness.Sent.Any<FormatComplete>(
            m => m.Context.Message is { Reader: "reader-7", Verdict: Verdict.Unresolved, JournalHeard: true } told && told.SessionId == session));
    }

    [Fact]
    public async Task A_good_verdict_that_is_acknowledged_late_makes_a_good_card()
    {
        var session = await ReadyAsync("a");
        await CompleteAsync(session);
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Completing)));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message.Verdict == Verdict.Unresolved));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.SessionId == session));
    }

    [Fact]
    public async Task A_station_that_withdraws_gets_no_card_object()
    {
        var session = await ReadyAsync();
        await SendAsync(new StationWithdrawn(session));
        Assert.Empty(await Dispatcher.AddAsync(Some.Job(), Some.Cards("a"), CancellationToken.None));
    }

    async Task<Guid> UnresolvedAsync()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Programming)));
        await SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Completing)));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Unresolved, WillRetry: false }));
        return session;
    }

    [Fact]
    public async Task A_station_that_fell_silent_while_it_waited_is_served_when_it_comes_back()
    {
        var session = await ReadyAsync();
        var silent = (await Harness.GetSagaStateMachineHarness<CardSessionMachine, CardSession>().Exists(session, machine => machine.Waiting))!;
        Assert.Equal(session, silent.Value);
        await LoseAsync(session);
        Assert.Empty(await Dispatcher.AddAsync(Some.Job(), Some.Cards("a"), CancellationToken.None));
        await SendAsync(new StationReady { SessionId = session, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        Assert.True(await Harness.Sent.Any<CardAssigned>(m => m.Context.Message.SessionId == session && m.Context.Message.CardObjectId == "a"));
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
        Assert.True(await Harness.Published.Any<CardPersonalized>());
        Assert.Single(Harness.Published.Select<CardPersonalized>());
        Assert.Single(Harness.Sent.Select<CommandBatch>());
        Assert.All(Harness.Sent.Select<CardAssigned>(), m => Assert.Equal("a", m.Context.Message.CardObjectId));
        Assert.False(await Harness.Published.Any<Fault>(new CancellationTokenSource(500).Token));
    }

    Task LoseAsync(Guid session)
    {
        Time.Now += new ControllerOptions().WaitingTimeout + TimeSpan.FromSeconds(1);
        return SendAsync(new SessionDeadlinePassed(session, nameof(CardSessionMachine.Waiting)));
    }
}
