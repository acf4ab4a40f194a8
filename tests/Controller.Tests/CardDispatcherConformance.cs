using PersoMesh.AuditLog;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Dispatch;

namespace PersoMesh.Controller.Tests;

/// <summary>What every dispatcher must do, whatever it keeps its cards in.</summary>
public abstract class CardDispatcherConformance
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Cards_go_out_by_priority_then_in_order()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job("slow", priority: 0), Some.Cards("a", "b"), None);
        await dispatcher.AddAsync(Some.Job("express", priority: 5), Some.Cards("c"), None);
        List<string> order = [];
        for (var i = 0; i < 3; i++)
            order.Add((await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "emv"), None))!.Card.CardObjectId);
        Assert.Equal(["c", "a", "b"], order);
    }

    [Fact]
    public async Task A_card_that_is_opened_in_another_way_keeps_its_opening()
    {
        var dispatcher = await CreateAsync();
        var opening = new ChannelOpening([], 0, [new CardCommand([0x00, 0xA4, 0x00, 0x0C], [0x9000, 0x6A82], Place: "file 3F00", IsReading: true)]);
        await dispatcher.AddAsync(Some.Job(), [Some.Card("a") with { Opening = opening }], None);
        var command = Assert.Single((await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "emv"), None))!.Card.Opening.Commands!);
        Assert.Equal(("00A4000C", "file 3F00", true), (Convert.ToHexString(command.Apdu), command.Place, command.IsReading));
        Assert.Equal([0x9000, 0x6A82], command.Expected);
    }

    [Fact]
    public async Task A_repeated_claim_gets_the_same_card_object()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a", "b"), None);
        var session = Guid.NewGuid();
        var first = await dispatcher.ClaimAsync(Some.Reader(session, "emv"), None);
        var second = await dispatcher.ClaimAsync(Some.Reader(session, "emv"), None);
        Assert.Equal("a", first!.Card.CardObjectId);
        Assert.Equal("a", second!.Card.CardObjectId);
        Assert.Equal(1, second.Attempt);
    }

    [Fact]
    public async Task Ready_cards_that_come_twice_are_made_once()
    {
        var dispatcher = await CreateAsync();
        var job = Some.Job();
        await dispatcher.AddAsync(job, Some.Cards("a"), None);
        await dispatcher.AddAsync(job, Some.Cards("a"), None);
        Assert.NotNull(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "emv"), None));
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "emv"), None));
    }

    [Fact]
    public async Task A_session_that_waited_is_woken_by_the_next_card_of_its_pool_only()
    {
        var dispatcher = await CreateAsync();
        var session = Guid.NewGuid();
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(session, "emv"), None));
        Assert.Empty(await dispatcher.AddAsync(Some.Job(pool: "badge"), Some.Cards("x"), None));
        Assert.Equal([session], await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None));
        Assert.Equal("a", (await dispatcher.ClaimAsync(Some.Reader(session, "emv"), None))!.Card.CardObjectId);
    }

    [Fact]
    public async Task A_rejected_card_object_is_ready_again_until_its_attempts_are_used_up()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(maxAttempts: 2), Some.Cards("a"), None);
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await dispatcher.ClaimAsync(Some.Reader(first, "emv"), None);
        Assert.True((await dispatcher.ReleaseAsync(first, Verdict.Rejected, None)).WillRetry);
        Assert.Equal(2, (await dispatcher.ClaimAsync(Some.Reader(second, "emv"), None))!.Attempt);
        Assert.False((await dispatcher.ReleaseAsync(second, Verdict.Rejected, None)).WillRetry);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "emv"), None));
    }

    [Theory]
    [InlineData(Verdict.Good)]
    [InlineData(Verdict.Unresolved)]
    public async Task A_good_or_unresolved_card_object_is_never_made_again(Verdict verdict)
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(maxAttempts: 5), Some.Cards("a"), None);
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(Some.Reader(session, "emv"), None);
        Assert.False((await dispatcher.ReleaseAsync(session, verdict, None)).WillRetry);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "emv"), None));
    }

    [Fact]
    public async Task A_session_that_is_over_gets_no_other_card_object()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a", "b"), None);
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(Some.Reader(session, "emv"), None);
        await dispatcher.ReleaseAsync(session, Verdict.Good, None);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(session, "emv"), None));
    }

    [Fact]
    public async Task Wrong_cryptograms_in_a_row_stop_the_pool_and_no_other()
    {
        var dispatcher = await CreateAsync(budget: 3);
        await dispatcher.AddAsync(Some.Job(), Some.Cards([.. Enumerable.Range(0, 9).Select(i => $"card-{i}")]), None);
        await dispatcher.AddAsync(Some.Job(pool: "badge"), Some.Cards("x"), None);
        Assert.False(await CountAsync(wrong: true));
        Assert.False(await CountAsync(wrong: true));
        Assert.False(await CountAsync(wrong: false));
        Assert.False(await CountAsync(wrong: true));
        Assert.False(await CountAsync(wrong: true));
        Assert.True(await CountAsync(wrong: true));
        var waiting = Guid.NewGuid();
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(waiting), None));
        Assert.NotNull(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "badge"), None));
        Assert.Equal([waiting], await dispatcher.ResumePoolAsync("emv", None));
        Assert.False(await CountAsync(wrong: true));

        async Task<bool> CountAsync(bool wrong)
        {
            var session = Guid.NewGuid();
            await dispatcher.ClaimAsync(Some.Reader(session), None);
            return await dispatcher.CountCryptogramAsync(session, "emv", wrong, None);
        }
    }

    [Fact]
    public async Task One_session_counts_once_however_often_its_message_comes()
    {
        var dispatcher = await CreateAsync(budget: 2);
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None);
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(Some.Reader(session), None);
        for (var i = 0; i < 5; i++)
            Assert.False(await dispatcher.CountCryptogramAsync(session, "emv", wrong: true, None));
    }

    [Fact]
    public async Task A_repeated_release_says_the_same_and_costs_no_further_attempt()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(maxAttempts: 2), Some.Cards("a"), None);
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(Some.Reader(session), None);
        Assert.True((await dispatcher.ReleaseAsync(session, Verdict.Rejected, None)).WillRetry);
        Assert.True((await dispatcher.ReleaseAsync(session, Verdict.Rejected, None)).WillRetry);
        Assert.Equal(2, (await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None))!.Attempt);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None));
    }

    [Fact]
    public async Task A_reader_waits_for_its_newest_session_only()
    {
        var dispatcher = await CreateAsync();
        var (gone, present) = (Guid.NewGuid(), Guid.NewGuid());
        await dispatcher.ClaimAsync(new WaitingReader(gone, "emv", "emv-01/reader-1"), None);
        await dispatcher.ClaimAsync(new WaitingReader(present, "emv", "emv-01/reader-1"), None);
        Assert.Equal([present], await dispatcher.AddAsync(Some.Job(), Some.Cards("a", "b"), None));
    }

    [Fact]
    public async Task A_session_that_leaves_gives_its_card_back_without_an_attempt()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None);
        var (gone, next) = (Guid.NewGuid(), Guid.NewGuid());
        await dispatcher.ClaimAsync(Some.Reader(gone), None);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(next), None));
        Assert.Equal([next], await dispatcher.LeaveAsync(gone, isOver: false, None));
        Assert.Empty(await dispatcher.LeaveAsync(gone, isOver: false, None));
        Assert.Equal(1, (await dispatcher.ClaimAsync(Some.Reader(next), None))!.Attempt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_is_over_gets_no_card_whatever_comes_late(bool hasCard)
    {
        var dispatcher = await CreateAsync();
        var (over, next) = (Guid.NewGuid(), Guid.NewGuid());
        if (hasCard)
            await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None);
        Assert.Equal(hasCard, await dispatcher.ClaimAsync(Some.Reader(over), None) is not null);
        await dispatcher.LeaveAsync(over, isOver: true, None);
        await dispatcher.LeaveAsync(over, isOver: true, None);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(over), None));
        Assert.Empty(await dispatcher.AddAsync(Some.Job(), Some.Cards("a"), None));
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(over), None));
        Assert.False((await dispatcher.ReleaseAsync(over, Verdict.Rejected, None)).WillRetry);
        Assert.Equal(1, (await dispatcher.ClaimAsync(Some.Reader(next), None))!.Attempt);
    }

    [Fact]
    public async Task A_paused_job_gets_no_station_and_keeps_no_other_job_waiting()
    {
        var dispatcher = await CreateAsync();
        var (paused, other) = (Some.Job("paused", priority: 9), Some.Job("other"));
        await dispatcher.AddAsync(paused, Some.Cards("a"), None);
        await dispatcher.AddAsync(other, Some.Cards("b"), None);
        await dispatcher.ControlAsync(paused, JobControl.Paused, 1, None);
        Assert.Equal("b", (await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None))!.Card.CardObjectId);
        var waiting = Guid.NewGuid();
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(waiting), None));
        Assert.Empty(await dispatcher.ControlAsync(paused, JobControl.Active, 1, None)); // an order that is not newer
        Assert.Equal([waiting], await dispatcher.ControlAsync(paused, JobControl.Active, 2, None));
    }

    [Fact]
    public async Task A_job_of_a_higher_priority_than_before_goes_first()
    {
        var dispatcher = await CreateAsync();
        var (first, second) = (Some.Job("first"), Some.Job("second"));
        await dispatcher.AddAsync(first, Some.Cards("a"), None);
        await dispatcher.AddAsync(second, Some.Cards("b"), None);
        await dispatcher.ControlAsync(second with { Priority = 3 }, JobControl.Active, 1, None);
        Assert.Equal("b", (await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None))!.Card.CardObjectId);
    }

    [Fact]
    public async Task Cards_of_a_cancelled_job_are_withdrawn_and_can_be_made_after_all()
    {
        var dispatcher = await CreateAsync();
        var job = Some.Job();
        await dispatcher.AddAsync(job, Some.Cards("a", "b", "c"), None);
        await dispatcher.ControlAsync(job, JobControl.Cancelled, 1, None);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), place: "1"), None));
        var found = Assert.Single(await dispatcher.FindCancelledAsync(2, None));
        Assert.Equal(["a", "b"], found.CardObjectIds);
        await dispatcher.WithdrawAsync(found, None);
        found = Assert.Single(await dispatcher.FindCancelledAsync(2, None));
        Assert.Equal(["c"], found.CardObjectIds);
        await dispatcher.WithdrawAsync(found, None);
        Assert.Empty(await dispatcher.FindCancelledAsync(2, None));
        await dispatcher.ControlAsync(job, JobControl.Active, 2, None);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), place: "1"), None));
        var remade = await dispatcher.RemakeAsync(job.JobId, ["b"], None);
        Assert.Equal([new RemadeCard("b", 0)], remade.Cards);
        Assert.Single(remade.Woken);
    }

    [Fact]
    public async Task A_remade_card_object_has_all_its_attempts_again()
    {
        var dispatcher = await CreateAsync();
        var job = Some.Job(maxAttempts: 1);
        await dispatcher.AddAsync(job, Some.Cards("a", "good"), None);
        await MakeAsync("a", Verdict.Rejected);
        await MakeAsync("good", Verdict.Good);
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), place: "other"), None));
        var first = await dispatcher.RemakeAsync(job.JobId, ["a", "good", "unknown"], None);
        var again = await dispatcher.RemakeAsync(job.JobId, ["a", "good", "unknown"], None);
        Assert.Equal([new RemadeCard("a", 1)], first.Cards);
        Assert.Equal(first.Cards, again.Cards);
        var woken = Assert.Single(first.Woken);
        Assert.Equal(2, (await dispatcher.ClaimAsync(Some.Reader(woken), None))!.Attempt);

        async Task MakeAsync(string id, Verdict verdict)
        {
            var session = Guid.NewGuid();
            Assert.Equal(id, (await dispatcher.ClaimAsync(Some.Reader(session), None))!.Card.CardObjectId);
            await dispatcher.ReleaseAsync(session, verdict, None);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unresolved_card_object_waits_for_an_operator(bool isGood)
    {
        var dispatcher = await CreateAsync();
        var job = Some.Job();
        await dispatcher.AddAsync(job, Some.Cards("a"), None);
        var session = Guid.NewGuid();
        await dispatcher.ClaimAsync(Some.Reader(session), None);
        Assert.Null(await dispatcher.ResolveAsync(job.JobId, "a", isGood, None));
        await dispatcher.ReleaseAsync(session, Verdict.Unresolved, None);
        Assert.Equal([new RemadeCard("a", 1)], (await dispatcher.ResolveAsync(job.JobId, "a", isGood, None))!.Cards);
        Assert.Equal([new RemadeCard("a", 1)], (await dispatcher.ResolveAsync(job.JobId, "a", isGood, None))!.Cards);
        Assert.Null(await dispatcher.ResolveAsync(job.JobId, "a", !isGood, None));
        var next = await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None);
        Assert.Equal(isGood ? null : "a", next?.Card.CardObjectId);
    }

    [Fact]
    public async Task Many_sessions_at_once_never_share_a_card_object()
    {
        var dispatcher = await CreateAsync();
        await dispatcher.AddAsync(Some.Job(), Some.Cards([.. Enumerable.Range(0, 500).Select(i => $"card-{i}")]), None);
        var claimed = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 500), async (_, token) =>
            claimed.Add((await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid(), "emv"), token))!.Card.CardObjectId));
        Assert.Equal(500, claimed.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>An empty dispatcher.</summary>
    [Fact]
    public async Task Every_session_that_gets_a_card_object_and_its_verdict_are_in_the_audit_log_once()
    {
        var dispatcher = await CreateAsync(budget: 1);
        var job = Some.Job();
        await dispatcher.AddAsync(job, Some.Cards("a", "b"), None);
        var (first, second, third, fourth) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        for (var i = 0; i < 2; i++)
        {
            await dispatcher.ClaimAsync(Some.Reader(first), None);
            await dispatcher.ClaimAsync(Some.Reader(second), None);
        }

        for (var i = 0; i < 2; i++)
        {
            await dispatcher.ReleaseAsync(first, Verdict.Rejected, None);
            await dispatcher.ReleaseAsync(second, Verdict.Unresolved, None);
        }

        await dispatcher.ClaimAsync(Some.Reader(third), None);
        await dispatcher.LeaveAsync(third, isOver: true, None);
        await dispatcher.ClaimAsync(Some.Reader(fourth), None);
        await dispatcher.CountCryptogramAsync(fourth, "emv", wrong: true, None);
        await dispatcher.ResumePoolAsync("emv", None);
        await dispatcher.ReleaseAsync(fourth, Verdict.Good, None);
        for (var i = 0; i < 2; i++)
            await dispatcher.ResolveAsync(job.JobId, "b", isGood: true, None);
        Assert.Equal(
        [
            $"session.assign a attempt=1 job=job session={first}", $"session.assign b attempt=1 job=job session={second}",
            $"session.verdict a attempt=1 job=job session={first} verdict=rejected",
            $"session.verdict b attempt=1 job=job session={second} verdict=unresolved",
            $"session.assign a attempt=2 job=job session={third}", $"session.return a attempt=2 job=job session={third}",
            $"session.assign a attempt=2 job=job session={fourth}", "pool.stop emv", "pool.go-on emv",
            $"session.verdict a attempt=2 job=job session={fourth} verdict=good",
            $"session.verdict b attempt=1 job=job session={second} verdict=good",
        ], await AuditAsync());
    }

    [Fact]
    public async Task A_card_without_a_secure_channel_comes_back_with_the_commands_that_open_its_session()
    {
        var dispatcher = await CreateAsync();
        var opening = new ChannelOpening([], 0, [new CardCommand([0x00, 0xA4, 0x00, 0x00], [0x9000, 0x6A82], Place: "3F00", IsReading: true)]);
        await dispatcher.AddAsync(Some.Job(), [Some.Card("a") with { Opening = opening }], None);
        var command = Assert.Single((await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None))!.Card.Opening.Commands!);
        Assert.Equal(opening.Commands![0].Apdu, command.Apdu);
        Assert.Equal(opening.Commands[0].Expected, command.Expected);
        Assert.Equal(("3F00", true), (command.Place, command.IsReading));
    }

    [Fact]
    public async Task Of_a_job_whose_data_are_destroyed_nothing_is_made_any_more()
    {
        var dispatcher = await CreateAsync();
        var job = Some.Job(maxAttempts: 1);
        await dispatcher.AddAsync(job, Some.Cards("a", "b", "c"), None);
        var sessions = new[] { Guid.NewGuid(), Guid.NewGuid() };
        foreach (var session in sessions)
            await dispatcher.ClaimAsync(Some.Reader(session), None);
        await dispatcher.ReleaseAsync(sessions[0], Verdict.Rejected, None);
        await dispatcher.ReleaseAsync(sessions[1], Verdict.Unresolved, None);
        for (var i = 0; i < 2; i++)
            await dispatcher.DestroyDataAsync(job.JobId, None);
        Assert.Empty((await dispatcher.RemakeAsync(job.JobId, ["a", "c"], None)).Cards);
        Assert.NotNull(await dispatcher.ResolveAsync(job.JobId, "b", isGood: false, None));
        Assert.Null(await dispatcher.ClaimAsync(Some.Reader(Guid.NewGuid()), None));
    }

    /// <summary>What the audit log got, in its order: action, subject, details by name.</summary>
    internal abstract Task<IReadOnlyList<string>> AuditAsync();

    private protected static string Describe(AuditRecord record) => string.Join(' ',
        [record.Action, record.Subject, .. record.Details.OrderBy(detail => detail.Key, StringComparer.Ordinal).Select(detail => $"{detail.Key}={detail.Value}")]);

    internal abstract Task<ICardDispatcher> CreateAsync(int budget = 3);
}
