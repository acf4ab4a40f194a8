using PersoMesh.Contracts.Session;
using PersoMesh.EndToEnd.Tests.Support;
using PersoMesh.Hosting;
using PersoMesh.StationGateway.Lanes;

namespace PersoMesh.StationGateway.Tests.Lanes;

/// <summary>What a lane does with messages that come twice, too late or after a restart; and what its journal knows then.</summary>
public sealed class ReaderLaneTests : IDisposable
{
    const int Commands = 5;

    readonly TemporaryFolder _folder = new();

    string Journal => _folder.File("reader-1.journal");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_batch_twice_reaches_the_card_once_and_is_answered_twice_alike()
    {
        await using var bench = await LaneBench.StartAsync();
        var session = await bench.OpenAsync();
        await bench.SendAsync(LaneBench.Batch(session));
        await bench.SendAsync(LaneBench.Batch(session));
        var (first, second) = (await bench.HearAsync<BatchResult>(1), await bench.HearAsync<BatchResult>(2));
        Assert.Equal(first.Outcome.Responses, second.Outcome.Responses);
        Assert.Equal(3 + Commands, bench.Reader.Commands.Count);
    }

    [Theory]
    [InlineData(CardFault.CardMute, true, true, CardFault.ContactLost)]
    [InlineData(CardFault.CardMute, true, false, CardFault.CardMute)]
    [InlineData(CardFault.CardMute, false, true, CardFault.CardMute)]
    [InlineData(CardFault.CardRemoved, true, true, CardFault.CardRemoved)]
    public async Task A_mute_card_is_reset_when_the_session_can_go_on_and_only_then(CardFault met, bool mayResume, bool isContactBack, CardFault told)
    {
        await using var bench = await LaneBench.StartAsync();
        var session = await bench.OpenAsync();
        (bench.Reader.NextFault, bench.Reader.IsContactBack) = (met, isContactBack);
        await bench.SendAsync(LaneBench.Batch(session) with { MayResume = mayResume });
        Assert.Equal(told, (await bench.HearAsync<BatchResult>()).Outcome.Fault);
        Assert.Equal(met == CardFault.CardMute && mayResume ? 1 : 0, bench.Reader.Resets);
        // The next batch goes to the same card.
        await bench.SendAsync(LaneBench.Batch(session, sequence: 2));
        Assert.Equal(Commands, (await bench.HearAsync<BatchResult>(2)).Outcome.Responses.Count);
    }

    [Fact]
    public async Task A_batch_for_a_session_that_is_over_reaches_no_card()
    {
        await using var bench = await LaneBench.StartAsync();
        var session = await bench.OpenAsync();
        await bench.SendAsync(new FormatComplete(session, "reader-1", Verdict.Rejected));
        await bench.HearAsync<StationReady>(2);
        await bench.SendAsync(LaneBench.Batch(session));
        // The queue is in order: when this is answered, the batch has been looked at.
        await bench.SendAsync(new FormatComplete(session, "reader-1", Verdict.Rejected));
        await bench.HearAsync<FormatCompleteAcknowledged>();
        Assert.Equal(3, bench.Reader.Commands.Count);
        Assert.Empty(bench.Heard.OfType<BatchResult>());
        Assert.Equal([Verdict.Rejected], bench.Reader.Ejected);
    }

    [Fact]
    public async Task A_verdict_that_came_of_silence_is_answered_with_what_the_journal_knows_and_the_card_is_held()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = await bench.OpenAsync();
        await bench.SendAsync(LaneBench.Batch(session));
        await bench.HearAsync<BatchResult>();
        await bench.SendAsync(new FormatComplete(session, "reader-1", Verdict.Unresolved));
        var report = await bench.HearAsync<SessionOutcomeReported>();
        Assert.Equal((session, "one", "reader-1", 1), (report.SessionId, report.Station, report.Reader, report.Sequence));
        Assert.Equal((Commands, null), (report.Outcome!.Responses.Count, report.Outcome.Fault));
        Assert.Empty(bench.Reader.Ejected);

        await bench.SendAsync(new FormatComplete(session, "reader-1", Verdict.Good, JournalHeard: true));
        await bench.HearAsync<StationReady>(2);
        Assert.Equal([Verdict.Good], bench.Reader.Ejected);
    }

    [Fact]
    public async Task A_batch_that_comes_after_such_a_verdict_reaches_no_card_also_after_a_restart()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = await bench.OpenAsync();
        await bench.SendAsync(new FormatComplete(session, "reader-1", Verdict.Unresolved));
        var report = await bench.HearAsync<SessionOutcomeReported>();
        Assert.Equal((0, null), (report.Sequence, report.Outcome));
        await bench.SendAsync(LaneBench.Batch(session));
        await using var again = await bench.KilledAsync(_folder);
        await again.SendAsync(LaneBench.Batch(session));
        foreach (var lane in new[] { bench, again })
        {
            await lane.SendAsync(new FormatComplete(session, "reader-1", Verdict.Rejected, JournalHeard: true));
            await lane.HearAsync<StationReady>(lane == bench ? 2 : 1);
        }

        Assert.Equal((3, 0), (bench.Reader.Commands.Count, again.Reader.Commands.Count));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Killed_while_a_command_is_under_way_it_reports_the_answers_before_it(int answered)
    {
        var (bench, session) = await HeldAtAsync(answered);
        await using (bench)
        {
            await using var again = await bench.KilledAsync(_folder);
            var report = await again.HearAsync<SessionOutcomeReported>();
            Assert.Equal((session, 1, answered), (report.SessionId, report.Sequence, report.Outcome!.Responses.Count));
            Assert.Equal(CardFault.ReaderFailed, report.Outcome.Fault);
            Assert.True(again.Reader.HasUsedCard);

            // The broker delivers the batch again: answered from the journal.
            await again.SendAsync(LaneBench.Batch(session));
            Assert.Equal(answered, (await again.HearAsync<BatchResult>()).Outcome.Responses.Count);
            await again.SendAsync(new FormatComplete(session, "reader-1", Verdict.Rejected));
            Assert.NotEqual(session, (await again.HearAsync<StationReady>()).SessionId);
            Assert.Empty(again.Reader.Commands);
            Assert.Equal([Verdict.Rejected], again.Reader.Ejected);
        }
    }

    [Fact]
    public async Task Killed_after_the_last_answer_it_reports_a_complete_batch()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = await bench.OpenAsync();
        await bench.SendAsync(LaneBench.Batch(session));
        await bench.HearAsync<BatchResult>();
        // As if it had died before it noted the end.
        await using var again = await bench.KilledAsync(_folder, lines => lines[..lines.LastIndexOf("{\"step\":\"Ended\"", StringComparison.Ordinal)]);
        var report = await again.HearAsync<SessionOutcomeReported>();
        Assert.Equal((Commands, null), (report.Outcome!.Responses.Count, report.Outcome.Fault));
    }

    [Fact]
    public async Task After_a_power_failure_in_a_batch_it_does_not_claim_to_know()
    {
        var (bench, _) = await HeldAtAsync(2);
        await using (bench)
        {
            var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
            await using var again = await bench.KilledAsync(_folder, lines => lines.Replace(boot, Guid.NewGuid().ToString(), StringComparison.Ordinal));
            Assert.Equal(CardFault.OutcomeUnknown, (await again.HearAsync<SessionOutcomeReported>()).Outcome!.Fault);
        }
    }

    [Fact]
    public async Task Killed_between_opening_and_batch_it_reports_that_nothing_was_written_and_the_batch_stays_out()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = await bench.OpenAsync();
        await using var again = await bench.KilledAsync(_folder);
        await again.SendAsync(LaneBench.Batch(session));
        var report = await again.HearAsync<SessionOutcomeReported>();
        Assert.Equal((0, null), (report.Sequence, report.Outcome));
        Assert.Empty(again.Reader.Commands);
    }

    [Fact]
    public async Task Killed_while_a_blank_waits_it_waits_on_under_the_same_session()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = (await bench.HearAsync<StationReady>()).SessionId;
        await using var again = await bench.KilledAsync(_folder);
        Assert.Equal(session, (await again.HearAsync<StationReady>()).SessionId);
        Assert.False(again.Reader.HasUsedCard);
    }

    [Fact]
    public async Task Killed_in_the_middle_of_a_line_it_loses_that_line_only()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = await bench.OpenAsync();
        await using var again = await bench.KilledAsync(_folder, lines => lines + "{\"step\":\"Began\",\"sess");
        Assert.Equal((session, 0), ((await again.HearAsync<SessionOutcomeReported>()).SessionId, again.Heard.OfType<SessionOutcomeReported>().First().Sequence));
        await again.SendAsync(new FormatComplete(session, "reader-1", Verdict.Rejected));
        await again.HearAsync<StationReady>();
        await using var third = await again.KilledAsync(_folder);
        Assert.NotEqual(session, (await third.HearAsync<StationReady>()).SessionId);
    }

    [Fact]
    public async Task A_verdict_that_comes_again_after_a_restart_is_acknowledged_and_not_carried_out_twice()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = await bench.OpenAsync();
        await bench.SendAsync(LaneBench.Batch(session));
        await bench.SendAsync(new FormatComplete(session, "reader-1", Verdict.Good));
        await bench.HearAsync<StationReady>(2);
        await using var again = await bench.KilledAsync(_folder);
        await again.SendAsync(new FormatComplete(session, "reader-1", Verdict.Good));
        Assert.Equal(session, (await again.HearAsync<FormatCompleteAcknowledged>()).SessionId);
        Assert.Empty(again.Reader.Ejected);
    }

    [Fact]
    public async Task Two_gateways_cannot_have_one_journal()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var refused = await Assert.ThrowsAsync<MeshConfigurationException>(() => LaneBench.StartAsync(journal: Journal));
        Assert.Contains("another gateway", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_stays_short_however_many_cards_there_are()
    {
        var last = Guid.Empty;
        using (var journal = new LaneJournal(Journal))
        {
            for (var card = 1; card <= 60; card++)
            {
                journal.Wait(last = Guid.CreateVersion7());
                journal.Begin(0, 1);
                journal.Answer(0, new byte[16 * 1024]);
                journal.End(0, fault: null);
                journal.Finish();
            }
        }

        Assert.InRange(new FileInfo(Journal).Length, 1, 300 * 1024);
        using var again = new LaneJournal(Journal);
        Assert.Equal((last, Guid.Empty), (again.LastFinished, again.Session));
    }

    [Fact]
    public async Task Told_to_stop_it_finishes_its_card_and_takes_no_other()
    {
        await using var bench = await LaneBench.StartAsync();
        var session = await bench.OpenAsync();
        await bench.Lane.DrainAsync(CancellationToken.None);
        Assert.True(bench.Lane.IsBusy);
        await bench.SendAsync(LaneBench.Batch(session));
        await bench.SendAsync(new FormatComplete(session, "reader-1", Verdict.Good));
        await bench.HearAsync<FormatCompleteAcknowledged>();
        Assert.False(bench.Lane.IsBusy);
        Assert.Single(bench.Heard.OfType<StationReady>());
    }

    [Fact]
    public async Task Told_to_stop_while_a_blank_waits_it_withdraws_it()
    {
        await using var bench = await LaneBench.StartAsync(journal: Journal);
        var session = (await bench.HearAsync<StationReady>()).SessionId;
        await bench.Lane.DrainAsync(CancellationToken.None);
        Assert.Equal(session, (await bench.HearAsync<StationWithdrawn>()).SessionId);
        await bench.Lane.LetGoAsync();
        await using var again = await bench.KilledAsync(_folder);
        Assert.NotEqual(session, (await again.HearAsync<StationReady>()).SessionId);
    }

    [Fact]
    public async Task A_card_object_that_crosses_its_withdrawal_is_still_served()
    {
        await using var bench = await LaneBench.StartAsync();
        var session = (await bench.HearAsync<StationReady>()).SessionId;
        Assert.True(await bench.Lane.DrainAsync(CancellationToken.None));
        await bench.SendAsync(LaneBench.Assignment(session));
        await bench.HearAsync<ProgrammingRequested>();
        Assert.True(bench.Lane.IsBusy);
    }

    // A lane that is in the middle of the command after so many answers.
    async Task<(LaneBench Bench, Guid Session)> HeldAtAsync(int answered)
    {
        var bench = await LaneBench.StartAsync(journal: Journal);
        var session = await bench.OpenAsync();
        var held = bench.HoldAfter(answered);
        await bench.SendAsync(LaneBench.Batch(session));
        await held;
        return (bench, session);
    }
}
