using MassTransit.Testing;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Sessions;

namespace PersoMesh.Controller.Tests;

/// <summary>A session whose contact to the card is lost and found again.</summary>
public sealed class LostContactTests : SessionBench
{
    [Fact]
    public async Task After_a_lost_contact_Security_says_how_to_go_on_and_the_card_is_good()
    {
        var session = await LostContactAsync();
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [5], Sequence: 2, MayResume: true, IsProof: true));
        Assert.True(await Harness.Sent.Any<CommandBatch>(m => m.Context.Message is { Sequence: 2, MayResume: true }));
        await SendAsync(new BatchResult(session, 1, LostAtSecond)); // the first batch, delivered again
        await SendAsync(new BatchResult(session, 2, new BatchOutcome([[0x6A, 0x82]]))); // the proof says no, which is no fault
        Assert.True(await Harness.Sent.Any<ResumeScript>(m => m.Context.Message.SealedChannel is [5] && m.Context.Message.Responses.Count == 1));
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [6], Sequence: 3, MayResume: true));
        await SendAsync(new BatchResult(session, 3, new BatchOutcome([[0x90, 0x00]])));
        Assert.True(await Harness.Sent.Any<VerifyResponses>(m => m.Context.Message.SealedChannel is [6]));
        await SendAsync(new ResponsesVerified(session, null));
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Good));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardPersonalized>(m => m.Context.Message.Session.ApduCount == 3 + 1 + 1 + 1));
        Assert.Equal(2, Harness.Sent.Select<ResumeScript>().Count());
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
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
        await SendAsync(new FormatCompleteAcknowledged(session));
        Assert.True(await Harness.Published.Any<CardFailed>(
            m => m.Context.Message is { WillRetry: true } failed && failed.Reason.StartsWith("the contact to the card was lost at command 2 of 3", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_station_that_is_restarted_before_it_went_on_rejects_the_card()
    {
        var session = await LostContactAsync();
        await SendAsync(new ScriptProtected(session, [Command], SealedChannel: [5], Sequence: 2, MayResume: true));
        await SendAsync(new SessionOutcomeReported { SessionId = session, Station = "one", Reader = "reader-1", Sequence = 1, Outcome = LostAtSecond });
        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message is { Verdict: Verdict.Rejected, JournalHeard: true }));
    }

    [Fact]
    public async Task A_card_that_loses_contact_again_and_again_is_rejected()
    {
        var session = await LostContactAsync();
        for (var sequence = 2; sequence <= 9; sequence++)
        {
            await SendAsync(new ScriptProtected(session, [Command, Command, Command], SealedChannel: [5], Sequence: sequence, MayResume: true));
            await SendAsync(new BatchResult(session, sequence, LostAtSecond));
        }

        Assert.True(await Harness.Sent.Any<FormatComplete>(m => m.Context.Message.Verdict == Verdict.Rejected));
        Assert.Equal(8, Harness.Sent.Select<ResumeScript>().Count());
    }

    static BatchOutcome LostAtSecond => new([[0x90, 0x00]], CardFault.ContactLost);

    async Task<Guid> LostContactAsync()
    {
        var session = await ReadyAsync("a");
        await SendAsync(new ProgrammingRequested { SessionId = session, Outcome = new BatchOutcome(OpeningAnswers) });
        await SendAsync(new ScriptProtected(session, [Command, Command, Command], SealedChannel: [4], MayResume: true));
        await SendAsync(new BatchResult(session, 1, LostAtSecond));
        Assert.True(await Harness.Sent.Any<ResumeScript>(m => m.Context.Message.SealedChannel is [4] && m.Context.Message.Responses.Count == 1));
        return session;
    }
}
