using System.Security.Cryptography;
using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;

namespace PersoMesh.StationGateway.Tests.Lanes;

/// <summary>Card objects and scripts that are at the station before their card, and cards that are stacked before the Controller knows of them.</summary>
public sealed class PrefetchTests : IDisposable
{
    const int Commands = 5;
    const int Opening = 3;

    // What a scripted card answers to the opening's last command.
    static readonly byte[] Foreseen = SHA256.HashData([Opening]);

    readonly TemporaryFolder _folder = new();

    string Journal => _folder.File("reader-1.journal");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_next_card_object_is_asked_for_while_a_card_is_in_work_and_opened_as_soon_as_its_card_is_there()
    {
        await using var bench = await LaneBench.StartAsync(prefetches: true);
        var first = await bench.OpenAsync();
        var ahead = await bench.HearAsync<StationReady>(2);
        Assert.True(ahead.IsAhead);
        await bench.SendAsync(LaneBench.Assignment(ahead.SessionId, "card-2"));
        await bench.SendAsync(LaneBench.Batch(first, Commands) with { IsGoodWhenDone = true });
        Assert.Equal(ahead.SessionId, (await bench.HearAsync<ProgrammingRequested>(2)).SessionId);
        Assert.Equal([Verdict.Good], bench.Reader.Ejected);
        Assert.Equal(Opening + Commands + Opening, bench.Reader.Commands.Count);
        // The first card's end was told, not asked about.
        Assert.Equal(new CardPlace("one", "reader-1"), (await bench.HearAsync<BatchResult>()).StackedFrom);
        Assert.All(bench.Heard.OfType<StationReady>().Skip(1), ready => Assert.True(ready.IsAhead));
    }

    [Fact]
    public async Task A_foreseen_script_runs_without_a_message_when_the_card_answers_as_foreseen()
    {
        await using var bench = await LaneBench.StartAsync(prefetches: true);
        var session = await ForeseenAsync(bench, Foreseen);
        var result = await bench.HearAsync<BatchResult>();
        Assert.Equal((session, Opening, Commands), (result.SessionId, result.Opening!.Responses.Count, result.Outcome.Responses.Count));
        Assert.NotNull(result.StackedFrom);
        Assert.Empty(bench.Heard.OfType<ProgrammingRequested>());
    }

    [Fact]
    public async Task A_card_that_answers_otherwise_gets_no_command_of_the_script_and_the_Controller_is_asked()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal, prefetches: true);
        var session = await ForeseenAsync(bench, SHA256.HashData([0x77]));
        await bench.HearAsync<ProgrammingRequested>();
        // The same message again changes nothing.
        await ForeseenAsync(bench, SHA256.HashData([0x77]));
        await bench.HearAsync<ProgrammingRequested>(2);
        Assert.Equal(Opening, bench.Reader.Commands.Count);
        await using var again = await bench.KilledAsync(_folder);
        await ForeseenAsync(again, Foreseen, session);
        var report = await again.HearAsync<SessionOutcomeReported>();
        Assert.Equal((session, 0), (report.SessionId, report.Sequence));
        Assert.Empty(again.Reader.Commands);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(Commands - 1)]
    public async Task Killed_in_a_foreseen_script_it_reports_how_far_it_came_and_the_script_does_not_run_again(int answered)
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal, prefetches: true);
        var held = bench.HoldAfter(Opening + answered);
        var session = await ForeseenAsync(bench, Foreseen);
        await held;
        await using var again = await bench.KilledAsync(_folder);
        await ForeseenAsync(again, Foreseen, session);
        var report = await again.HearAsync<SessionOutcomeReported>();
        Assert.Equal((session, 1, answered), (report.SessionId, report.Sequence, report.Outcome!.Responses.Count));
        Assert.Equal(Opening, report.Opening!.Responses.Count);
        await again.SendAsync(new FormatComplete(session, "reader-1", Verdict.Rejected, JournalHeard: true));
        // A rejected card has nothing ahead of it: the next blank is told of with the acknowledgement.
        Assert.Equal(session, (await again.HearAsync<NextCardReady>()).AcknowledgedSessionId);
        Assert.Empty(again.Reader.Commands);
    }

    [Fact]
    public async Task A_good_card_is_told_of_until_the_Controller_answers_also_after_a_restart_and_stacked_once()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal, prefetches: true);
        var session = await ForeseenAsync(bench, Foreseen);
        await bench.HearAsync<BatchResult>();
        Assert.True(bench.Lane.IsBusy);
        await using var again = await bench.KilledAsync(_folder);
        var told = await again.HearAsync<BatchResult>();
        Assert.Equal((session, Opening, Commands), (told.SessionId, told.Opening!.Responses.Count, told.Outcome.Responses.Count));
        Assert.NotNull(told.StackedFrom);
        Assert.Empty(again.Reader.Ejected);
        // The Controller had given it up: it asks, and is told once more.
        await again.SendAsync(new FormatComplete(session, "reader-1", Verdict.Unresolved));
        await again.HearAsync<BatchResult>(2);
        await again.SendAsync(new FormatComplete(session, "reader-1", Verdict.Good, JournalHeard: true));
        await Eventually.TrueAsync(() => !again.Lane.IsBusy, () => "the card is heard of");
        await using var third = await again.KilledAsync(_folder);
        await third.HearAsync<StationReady>();
        Assert.Empty(third.Heard.OfType<BatchResult>());
    }

    [Fact]
    public async Task A_card_object_that_was_asked_for_is_asked_for_again_after_a_restart_under_the_same_session()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal, prefetches: true);
        var first = await bench.OpenAsync();
        var ahead = (await bench.HearAsync<StationReady>(2)).SessionId;
        await bench.SendAsync(LaneBench.Assignment(ahead, "card-2"));
        await bench.SendAsync(LaneBench.Batch(first, Commands));
        await bench.HearAsync<BatchResult>();
        await using var again = await bench.KilledAsync(_folder);
        // The card in the reader is good: the next one has the session that was booked.
        await again.HearAsync<SessionOutcomeReported>();
        await again.SendAsync(new FormatComplete(first, "reader-1", Verdict.Good, JournalHeard: true));
        await Eventually.TrueAsync(() => again.Heard.OfType<StationReady>().Any(ready => ready.SessionId == ahead && !ready.IsAhead), () => "the next card waits");
        await again.SendAsync(LaneBench.Assignment(ahead, "card-2"));
        Assert.Equal(ahead, (await again.HearAsync<ProgrammingRequested>()).SessionId);
    }

    [Fact]
    public async Task Without_a_further_blank_it_gives_the_card_object_back_for_good()
    {
        await using var bench = await LaneBench.StartAsync(new ScriptedReader(cards: 1), Journal, prefetches: true);
        await ForeseenAsync(bench, Foreseen);
        var ahead = (await bench.HearAsync<StationReady>(2)).SessionId;
        var withdrawn = await bench.HearAsync<StationWithdrawn>();
        Assert.Equal((ahead, true), (withdrawn.SessionId, withdrawn.IsFinal));
        await NoCommandOfAsync(bench, ahead);
    }

    [Fact]
    public async Task After_a_rejected_card_the_next_card_object_goes_back_and_is_asked_for_anew()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal, prefetches: true);
        var first = await bench.OpenAsync();
        var ahead = (await bench.HearAsync<StationReady>(2)).SessionId;
        await bench.SendAsync(LaneBench.Assignment(ahead, "card-2"));
        await bench.SendAsync(new FormatComplete(first, "reader-1", Verdict.Rejected));
        Assert.Equal((ahead, true), ((await bench.HearAsync<StationWithdrawn>()).SessionId, (await bench.HearAsync<StationWithdrawn>()).IsFinal));
        var next = await bench.HearAsync<StationReady>(3);
        Assert.False(next.IsAhead);
        Assert.NotEqual(ahead, next.SessionId);
        await NoCommandOfAsync(bench, ahead);
    }

    [Fact]
    public async Task Told_to_stop_it_gives_the_next_card_object_back_and_finishes_the_card_in_work()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal, prefetches: true);
        var first = await bench.OpenAsync();
        var ahead = (await bench.HearAsync<StationReady>(2)).SessionId;
        await bench.SendAsync(LaneBench.Assignment(ahead, "card-2"));
        await bench.Lane.DrainAsync(CancellationToken.None);
        Assert.Equal((ahead, true), ((await bench.HearAsync<StationWithdrawn>()).SessionId, bench.Lane.IsBusy));
        await bench.SendAsync(LaneBench.Batch(first, Commands) with { IsGoodWhenDone = true });
        await bench.HearAsync<BatchResult>();
        await bench.SendAsync(new FormatComplete(first, "reader-1", Verdict.Good, JournalHeard: true));
        await Eventually.TrueAsync(() => !bench.Lane.IsBusy, () => "nothing is in work");
        await NoCommandOfAsync(bench, ahead);
    }

    [Theory]
    [InlineData(Verdict.Rejected)]
    [InlineData(Verdict.Unresolved)]
    public async Task A_card_object_that_is_taken_back_before_its_card_comes_is_not_used_any_more(Verdict verdict)
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal, prefetches: true);
        await bench.OpenAsync();
        var ahead = (await bench.HearAsync<StationReady>(2)).SessionId;
        await bench.SendAsync(LaneBench.Assignment(ahead, "card-2"));
        await bench.SendAsync(new FormatComplete(ahead, "reader-1", verdict));
        if (verdict == Verdict.Unresolved)
            Assert.True((await bench.HearAsync<StationWithdrawn>()).IsFinal);
        else
            Assert.Equal(ahead, (await bench.HearAsync<FormatCompleteAcknowledged>()).SessionId);
        await NoCommandOfAsync(bench, ahead);
    }

    // The script comes late, or again: no card gets it, now or after a restart.
    async Task NoCommandOfAsync(LaneBench bench, Guid session)
    {
        var before = bench.Reader.Commands.Count;
        await using var again = await bench.KilledAsync(_folder);
        foreach (var lane in new[] { bench, again })
        {
            await ForeseenAsync(lane, Foreseen, session);
            var heard = lane.Heard.Count;
            // The queue is in order: when this is answered, the script has been looked at.
            await lane.SendAsync(new FormatComplete(session, "reader-1", Verdict.Rejected));
            await Eventually.TrueAsync(() => lane.Heard.Skip(heard).OfType<FormatCompleteAcknowledged>().Any(ended => ended.SessionId == session), () => "it is answered");
        }

        Assert.Equal((before, 0), (bench.Reader.Commands.Count, again.Reader.Commands.Count));
    }

    static async Task<Guid> ForeseenAsync(LaneBench bench, byte[] digest, Guid? of = null)
    {
        var session = of ?? (await bench.HearAsync<StationReady>()).SessionId;
        var script = new ForeseenScript(digest, LaneBench.Batch(session, Commands).Commands, IsGoodWhenDone: true);
        await bench.SendAsync(LaneBench.Assignment(session) with { Script = script });
        return session;
    }
}
