using MassTransit;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Sessions;

namespace PersoMesh.Controller.Tests;

/// <summary>Card objects that are sent ahead of their cards, with and without the script; what becomes of them when the card is another one, or none comes.</summary>
public sealed class PrefetchTests : SessionBench
{
    static readonly byte[] Digest = new byte[32];
    static readonly BatchOutcome Opened = new(OpeningAnswers);
    static readonly BatchOutcome Done = new([[0x90, 0x00]]);

    [Fact]
    public async Task A_card_whose_answers_are_foreseen_has_its_script_with_its_assignment_and_is_reported_when_it_is_stacked()
    {
        var session = await ForeseenAsync();
        Assert.True(await Harness.Sent.Any<CardAssigned>(m => m.Context.Message is { CardObjectId: "a", Script.IsGoodWhenDone: true } sent && sent.SessionId == session));
        await SendAsync(Stacked(session));
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session is { CardObjectId: "a", ApduCount: 4, CardSerial: not null }));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Good, JournalHeard: true }));
        Assert.Empty(Harness.Sent.Select<CommandBatch>());
    }

    [Fact]
    public async Task A_station_that_tells_of_a_stacked_card_again_is_answered_again_and_the_issuer_hears_once()
    {
        var session = await ForeseenAsync();
        await SendAsync(Stacked(session));
        await SendAsync(Stacked(session));
        Assert.True(await Harness.Sent.Any<FormatComplete>());
        Assert.Equal(2, Harness.Sent.Select<FormatComplete>().Count());
        Assert.Single(Harness.Published.Select<CardPersonalized>());
    }

    [Fact]
    public async Task A_card_that_answers_something_else_goes_the_usual_way()
    {
        var session = await ForeseenAsync();
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = Opened });
        Assert.True(await Harness.Sent.Any<ProtectScript>(m => m.Context.Message is { Foreseen: null, InitializeUpdateResponse.Length: 28 }));
        // A script that was foreseen and comes late is for another card.
        await SendAsync(new ScriptProtected(session, [Command, Command], SealedChannel: null, Digest));
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null));
        Assert.True(await Harness.Sent.Any<CommandBatch>(m => m.Context.Message is { IsGoodWhenDone: true, Commands.Count: 1 }));
        await SendAsync(new BatchResult(session, 1, Done) { StackedFrom = new CardPlace("one", "reader-1") });
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session is { CardObjectId: "a", Attempt: 1 }));
        // Last, because the harness waits for nothing more once it has waited in vain.
        Assert.Single(Harness.Sent.Select<CommandBatch>());
    }

    [Fact]
    public async Task What_Security_cannot_foresee_is_assigned_without_its_script()
    {
        var session = await AheadAsync(Blank, "a");
        await SendAsync(new ScriptRefused(session, "random challenges", WrongCryptogram: false, IsForeseen: true));
        Assert.True(await Harness.Sent.Any<CardAssigned>(m => m.Context.Message is { CardObjectId: "a", Script: null }));
        Assert.Empty(Harness.Sent.Select<FormatComplete>());
    }

    [Fact]
    public async Task A_card_whose_answers_carry_MACs_is_not_good_before_they_are_verified()
    {
        var session = await AheadAsync(Blank, "a");
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [1, 2, 3], Digest));
        Assert.True(await Harness.Sent.Any<CardAssigned>(m => m.Context.Message is { Script.IsGoodWhenDone: false }));
        await SendAsync(new BatchResult(session, 1, Done) { Opening = Opened });
        Assert.True(await Harness.Sent.Any<VerifyResponses>());
        await SendAsync(new ResponsesVerified(session, "answer 1 has a wrong MAC"));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_card_object_that_the_station_gives_back_is_ready_again_as_if_it_had_not_been_given(bool isForeseen)
    {
        var session = isForeseen ? await ForeseenAsync() : await AheadAsync(blank: null, "a");
        await SendAsync(new StationWithdrawn(session, IsFinal: true));
        await GivenAgainAsync();
        Assert.Empty(Harness.Published.Select<CardFailed>());
    }

    [Fact]
    public async Task A_card_object_without_its_script_is_taken_back_when_no_blank_comes()
    {
        var session = await AheadAsync(blank: null, "a");
        await LateAsync(session, nameof(CardSessionMachine.Opening));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
        await SendAsync(new FormatCompleteAcknowledged(session));
        await GivenAgainAsync();
        Assert.Empty(Harness.Published.Select<CardFailed>());
    }

    [Fact]
    public async Task A_card_object_with_its_script_is_taken_back_only_when_the_station_says_that_it_was_not_used()
    {
        var session = await ForeseenAsync();
        await LateAsync(session, nameof(CardSessionMachine.Foreseeing));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Unresolved, JournalHeard: false }));
        var next = NewId.NextGuid();
        Assert.Null(await Dispatcher.ClaimAsync(Some.Reader(next), CancellationToken.None));
        await SendAsync(new StationWithdrawn(session, IsFinal: true));
        await GivenAgainAsync(to: next);
        Assert.Empty(Harness.Published.Select<CardFailed>());
    }

    [Fact]
    public async Task A_card_object_whose_station_does_not_answer_for_its_script_is_unresolved_and_made_again_when_the_journal_says_that_it_was_not_used()
    {
        var session = await ForeseenAsync();
        await LateAsync(session, nameof(CardSessionMachine.Foreseeing));
        await LateAsync(session, nameof(CardSessionMachine.Completing));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Unresolved, WillRetry: false }));
        await SendAsync(new StationWithdrawn(session, IsFinal: true));
        Assert.True(await Harness.Published.Any<CardFailed>(m => m.Context.Message is { Verdict: Verdict.Rejected, WillRetry: true }));
        await GivenAgainAsync(attempt: 2);
    }

    [Fact]
    public async Task A_station_that_was_restarted_and_asks_again_gets_the_same_card_object_and_the_same_script()
    {
        var session = await ForeseenAsync();
        await SendAsync(new StationReady { SessionId = session, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [0x3B] });
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null, Digest));
        var asked = Harness.Sent.Select<ProtectScript>().Select(m => m.Context.Message).ToArray();
        Assert.Equal(2, asked.Length);
        Assert.Equal((asked[0].CardObjectId, Convert.ToHexString(asked[0].HostChallenge)), (asked[1].CardObjectId, Convert.ToHexString(asked[1].HostChallenge)));
        Assert.Equal(["a", "a"], Harness.Sent.Select<CardAssigned>().Select(m => m.Context.Message.CardObjectId));
    }

    [Fact]
    public async Task A_station_that_was_killed_in_a_foreseen_script_is_judged_by_its_journal()
    {
        var session = await ForeseenAsync();
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = Done, Opening = Opened });
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Good, JournalHeard: true }));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session is { ApduCount: 4, CardSerial: not null }));
    }

    [Fact]
    public async Task A_card_that_was_stacked_while_the_Controller_had_given_it_up_is_good()
    {
        var session = await ForeseenAsync();
        await LateAsync(session, nameof(CardSessionMachine.Foreseeing));
        await LateAsync(session, nameof(CardSessionMachine.Completing));
        await SendAsync(Stacked(session));
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.SessionId == session));
    }

    static BlankForecast Blank => new(new byte[10], 0);

    static BatchResult Stacked(Guid session) => new(session, 1, Done) { Opening = Opened, StackedFrom = new CardPlace("one", "reader-1") };

    async Task<Guid> ForeseenAsync()
    {
        var session = await AheadAsync(Blank, "a");
        Assert.True(await Harness.Sent.Any<ProtectScript>(m => m.Context.Message is { Foreseen.KeyVersion: 0x20 } asked && asked.SessionId == session));
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: null, Digest));
        return session;
    }

    async Task<Guid> AheadAsync(BlankForecast? blank, params string[] cards)
    {
        await Dispatcher.AddAsync(Some.Job(), Some.Cards(cards), CancellationToken.None);
        var session = NewId.NextGuid();
        await SendAsync(new StationReady { SessionId = session, Station = "one", Reader = "reader-1", Pool = "emv", Atr = [], IsAhead = true, Blank = blank });
        return session;
    }

    Task LateAsync(Guid session, string state)
    {
        Time.Now += new ControllerOptions().PrefetchTimeout + TimeSpan.FromSeconds(1);
        return SendAsync(new SessionDeadlinePassed(session, state));
    }

    async Task GivenAgainAsync(int attempt = 1, Guid? to = null)
    {
        var again = await Dispatcher.ClaimAsync(Some.Reader(to ?? NewId.NextGuid()), CancellationToken.None);
        Assert.Equal(("a", attempt), (again?.Card.CardObjectId, again?.Attempt));
    }
}
