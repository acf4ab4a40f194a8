using PersoMesh.AuditLog;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.Ingest.Jobs;

namespace PersoMesh.Ingest.Tests;

/// <summary>What every store of job accounts must do, whatever it keeps them in.</summary>
public abstract class JobStoreConformance
{
    static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Records_are_numbered_over_all_submissions_of_a_job()
    {
        var (jobs, job) = await OpenAsync();
        var first = await TakeAsync(jobs, job, Good("a"), Good("b"));
        var second = await TakeAsync(jobs, job, Good("c"));
        Assert.Equal([1L, 2L], first.Chunk!.Cards.Cards.Select(card => card.RecordNumber));
        Assert.Equal([3L], second.Chunk!.Cards.Cards.Select(card => card.RecordNumber));
        Assert.Equal((3, 3), await NumbersAsync(jobs, status => (status.Records, status.Preparing)));
    }

    [Fact]
    public async Task An_identifier_is_accepted_once_in_all_jobs_and_the_refusal_says_where_it_was()
    {
        var (jobs, job) = await OpenAsync();
        var other = await jobs.OpenAsync("other", () => NewJob("other"), 30, None);
        await TakeAsync(jobs, job, Good("a"));
        var taken = await TakeAsync(jobs, other, Good("b"), Good("a"), Good("b"), new IntakeRecord("x", null, "pan", "it is wrong"));
        Assert.Equal(["b"], taken.Chunk!.Cards.Cards.Select(card => card.CardObjectId));
        var lines = await jobs.ReportAsync("other", None).ToArrayAsync();
        Assert.Equal([CardState.Preparing, CardState.Refused, CardState.Refused, CardState.Refused], lines.Select(line => line.State));
        Assert.Contains("record 1 of job 'job'", lines[1].Reason, StringComparison.Ordinal);
        Assert.Contains("record 1 of this job", lines[2].Reason, StringComparison.Ordinal);
        Assert.Equal(("id", "pan", "it is wrong"), (lines[1].Field, lines[3].Field, lines[3].Reason));
        Assert.Null(lines[0].Field);
    }

    [Fact]
    public async Task A_submission_that_is_sent_again_goes_on_where_it_was_broken_off()
    {
        var (jobs, job) = await OpenAsync();
        var key = Guid.NewGuid();
        Assert.Equal(new SubmissionProgress(0, 0, false), await jobs.BeginSubmissionAsync(key, job.JobId, None));
        await jobs.TakeAsync(key, job, 0, [Good("a"), Good("a")], None);
        Assert.True(await NumbersAsync(jobs, status => status.IsReading));
        await Assert.ThrowsAsync<SubmissionBusyException>(async () => await jobs.TakeAsync(key, job, 0, [Good("a"), Good("a")], None));
        await jobs.EndSubmissionAsync(key, isComplete: false, None);
        Assert.False(await NumbersAsync(jobs, status => status.IsReading));
        Assert.Equal(new SubmissionProgress(2, 1, false), await jobs.BeginSubmissionAsync(key, job.JobId, None));
        await jobs.TakeAsync(key, job, 2, [Good("b")], None);
        await jobs.EndSubmissionAsync(key, isComplete: true, None);
        Assert.Equal(new SubmissionProgress(3, 2, true), await jobs.BeginSubmissionAsync(key, job.JobId, None));
        Assert.Equal((3, false), await NumbersAsync(jobs, status => (status.Records, status.IsReading)));
    }

    [Fact]
    public async Task What_was_accepted_is_kept_until_it_is_handed_on()
    {
        var (jobs, job) = await OpenAsync();
        var taken = await TakeAsync(jobs, job, Good("a"));
        Assert.Null(await jobs.TakeLeftBehindAsync(TimeSpan.FromHours(1), None));
        var found = (await jobs.TakeLeftBehindAsync(TimeSpan.Zero, None))!;
        Assert.Equal(taken.Chunk!.ChunkId, found.ChunkId);
        Assert.Equal(job, found.Cards.Job);
        Assert.Equal([1, 2, 3], found.Cards.Cards[0].SealedFields);
        await jobs.HandedOnAsync(found.ChunkId, None);
        await jobs.HandedOnAsync(found.ChunkId, None);
        Assert.Null(await jobs.TakeLeftBehindAsync(TimeSpan.Zero, None));
    }

    [Fact]
    public async Task Every_message_of_a_cards_way_may_come_twice()
    {
        var (jobs, job) = await OpenAsync();
        await TakeAsync(jobs, job, Good("a"), Good("b"));
        for (var i = 0; i < 2; i++)
            await jobs.MarkReadyAsync(job.JobId, ["a"], None);
        for (var i = 0; i < 2; i++)
            await jobs.RefuseAsync(job.JobId, [new Refusal(2, "b", "pin", "no such key"), new Refusal(1, "a", null, "too late: it is ready")], None);
        Assert.Equal((1, 1, 0), await NumbersAsync(jobs, status => (status.Ready, status.Refused, status.Preparing)));
        for (var i = 0; i < 2; i++)
            await FinishAsync(jobs, job, "a", attempt: 1, Verdict.Rejected, willRetry: true);
        Assert.Equal((1, 1), await NumbersAsync(jobs, status => (status.Ready, status.SpoiledCards)));
        for (var i = 0; i < 2; i++)
            await FinishAsync(jobs, job, "a", attempt: 2, Verdict.Good, willRetry: false);
        await FinishAsync(jobs, job, "a", attempt: 1, Verdict.Rejected, willRetry: true);
        await jobs.MarkReadyAsync(job.JobId, ["a"], None);
        Assert.Equal((1, 0, 1), await NumbersAsync(jobs, status => (status.Good, status.Ready, status.SpoiledCards)));
        Assert.True(await NumbersAsync(jobs, status => status.IsFinished));
    }

    [Fact]
    public async Task Reports_of_a_cards_sessions_may_come_in_any_order()
    {
        var (jobs, job) = await OpenAsync();
        await TakeAsync(jobs, job, Good("a"));
        await FinishAsync(jobs, job, "a", attempt: 2, Verdict.Good, willRetry: false);
        await FinishAsync(jobs, job, "a", attempt: 1, Verdict.Rejected, willRetry: true);
        await jobs.MarkReadyAsync(job.JobId, ["a"], None);
        Assert.Equal((1, 1, 0, 0), await NumbersAsync(jobs, status => (status.Good, status.SpoiledCards, status.Ready, status.Preparing)));
    }

    [Fact]
    public async Task What_a_service_gave_up_on_and_another_try_made_ready_is_ready()
    {
        var (jobs, job) = await OpenAsync();
        await TakeAsync(jobs, job, Good("a"));
        await jobs.RefuseAsync(job.JobId, [new Refusal(1, "a", null, "gave up")], None);
        await jobs.MarkReadyAsync(job.JobId, ["a"], None);
        var line = await jobs.ReportAsync("job", None).SingleAsync();
        Assert.Equal((CardState.Ready, null), (line.State, line.Reason));
    }

    [Fact]
    public async Task Withdrawn_remade_and_resolved_cards_are_counted_where_they_are()
    {
        var (jobs, job) = await OpenAsync();
        await TakeAsync(jobs, job, Good("a"), Good("b"), Good("c"));
        await jobs.MarkReadyAsync(job.JobId, ["a", "b", "c"], None);
        await jobs.WithdrawAsync(new CardsWithdrawn(job.JobId, ["a"]), None);
        await FinishAsync(jobs, job, "b", attempt: 3, Verdict.Rejected, willRetry: false);
        await FinishAsync(jobs, job, "c", attempt: 1, Verdict.Unresolved, willRetry: false);
        Assert.Equal((1, 1, 1, 0, 4), await NumbersAsync(jobs, s => (s.Cancelled, s.Rejected, s.Unresolved, s.Ready, s.SpoiledCards)));
        await jobs.RemakeAsync(new CardsRemade(job.JobId, [new RemadeCard("a", 0), new RemadeCard("b", 2)]), None);
        Assert.Equal((0, 1, 1), await NumbersAsync(jobs, s => (s.Cancelled, s.Rejected, s.Ready))); // the order for b is older than its last session
        await jobs.RemakeAsync(new CardsRemade(job.JobId, [new RemadeCard("b", 3)]), None);
        await jobs.ResolveAsync(new CardResolved(job.JobId, "c", IsGood: true, 1), None);
        Assert.Equal((0, 0, 2, 1, 3), await NumbersAsync(jobs, s => (s.Rejected, s.Unresolved, s.Ready, s.Good, s.SpoiledCards)));
    }

    [Fact]
    public async Task An_order_for_a_job_has_its_newest_priority_and_a_version_that_counts()
    {
        var (jobs, job) = await OpenAsync();
        Assert.Equal(new ControlJob(job, JobControl.Paused, 1), await jobs.ControlAsync("job", JobControl.Paused, null, None));
        Assert.Equal(new ControlJob(job with { Priority = 7 }, JobControl.Paused, 2), await jobs.ControlAsync("job", null, 7, None));
        Assert.Null(await jobs.ControlAsync("unknown", JobControl.Paused, null, None));
        Assert.Equal((JobControl.Paused, 7, "emv"), await NumbersAsync(jobs, status => (status.Control, status.Priority, status.Pool)));
    }

    [Fact]
    public async Task A_stopped_pool_is_seen_in_its_jobs_until_it_is_resumed()
    {
        var (jobs, _) = await OpenAsync();
        await jobs.StopPoolAsync("emv", "wrong keys", None);
        Assert.Equal("wrong keys", await NumbersAsync(jobs, status => status.Stopped));
        await jobs.StopPoolAsync("emv", null, None);
        Assert.Null(await NumbersAsync(jobs, status => status.Stopped));
    }

    [Fact]
    public async Task A_job_has_one_profile()
    {
        var (jobs, job) = await OpenAsync();
        Assert.Equal(job, await jobs.OpenAsync("job", () => NewJob("job"), 30, None));
        await Assert.ThrowsAsync<SubmissionRefusedException>(async () => await jobs.OpenAsync("job", () => NewJob("job") with { Profile = "other@1" }, 30, None));
    }

    [Fact]
    public async Task Many_sessions_that_end_at_once_are_all_counted()
    {
        const int Cards = 300;
        var (jobs, job) = await OpenAsync();
        string[] ids = [.. Enumerable.Range(0, Cards).Select(i => $"card-{i}")];
        await TakeAsync(jobs, job, [.. ids.Select(Good)]);
        await jobs.MarkReadyAsync(job.JobId, ids, None);
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (id, _) => await FinishAsync(jobs, job, id, 1, Verdict.Good, false));
        Assert.Equal((Cards, 0), await NumbersAsync(jobs, status => (status.Good, status.Ready)));
    }

    [Fact]
    public async Task Unresolved_and_then_good_of_the_same_attempt_is_good_and_the_other_way_round_changes_nothing()
    {
        var (jobs, job) = await OpenAsync();
        await TakeAsync(jobs, job, Good("a"), Good("b"), Good("c"));
        await jobs.MarkReadyAsync(job.JobId, ["a", "b", "c"], None);
        foreach (var id in new[] { "a", "b", "c" })
            await FinishAsync(jobs, job, id, attempt: 1, Verdict.Unresolved, willRetry: false);
        Assert.Equal((3, 3), await NumbersAsync(jobs, s => (s.Unresolved, s.SpoiledCards)));
        // What the station's journal said of the same session.
        await FinishAsync(jobs, job, "a", attempt: 1, Verdict.Good, willRetry: false);
        await FinishAsync(jobs, job, "b", attempt: 1, Verdict.Rejected, willRetry: true);
        Assert.Equal((1, 1, 1, 2), await NumbersAsync(jobs, s => (s.Good, s.Ready, s.Unresolved, s.SpoiledCards)));
        foreach (var id in new[] { "a", "b", "c" })
            await FinishAsync(jobs, job, id, attempt: 1, Verdict.Unresolved, willRetry: false);
        Assert.Equal((1, 1, 1, 2), await NumbersAsync(jobs, s => (s.Good, s.Ready, s.Unresolved, s.SpoiledCards)));
    }

    [Fact]
    public async Task Every_change_of_a_card_objects_line_is_in_the_audit_log_once()
    {
        var (jobs, job) = await OpenAsync();
        await TakeAsync(jobs, job, Good("a"), Good("b"), Good("a"), new IntakeRecord(null, null, "pan", "it is wrong"), Good("c"), Good("d"));
        for (var i = 0; i < 2; i++)
        {
            await jobs.MarkReadyAsync(job.JobId, ["a", "b", "c"], None);
            await jobs.RefuseAsync(job.JobId, [new Refusal(6, "d", "pin", "no such key")], None);
            await FinishAsync(jobs, job, "a", 1, Verdict.Rejected, willRetry: true);
            await FinishAsync(jobs, job, "a", 2, Verdict.Good, willRetry: false);
            await FinishAsync(jobs, job, "b", 1, Verdict.Rejected, willRetry: false);
            await FinishAsync(jobs, job, "c", 1, Verdict.Unresolved, willRetry: false);
        }

        await jobs.RemakeAsync(new CardsRemade(job.JobId, [new RemadeCard("b", 1)]), None);
        await jobs.WithdrawAsync(new CardsWithdrawn(job.JobId, ["b"]), None);
        await jobs.ResolveAsync(new CardResolved(job.JobId, "c", IsGood: true, 1), None);
        Assert.Equal(
        [
            "ingest card.accept a job=job record=1", "ingest card.accept b job=job record=2",
            "ingest card.accept c job=job record=5", "ingest card.accept d job=job record=6",
            "ingest card.refuse a field=id job=job reason=the identifier was used before, in record 1 of this job: every card object needs its own record=3",
            "ingest card.refuse record 4 of job field=pan job=job reason=it is wrong record=4",
            "ingest card.refuse d field=pin job=job reason=no such key record=6",
            "emv-01 card.retry a attempt=1 job=job reader=reader-1 reason=why", "emv-01 card.good a attempt=2 job=job reader=reader-1",
            "emv-01 card.reject b attempt=1 job=job reader=reader-1 reason=why",
            "emv-01 card.unresolved c attempt=1 job=job reader=reader-1 reason=why",
            "controller card.remake b attempt=1 job=job", "controller card.cancel b job=job", "controller card.settle c as=good attempt=1 job=job",
        ], (await AuditAsync()).Order(Comparer<string>.Create((x, y) => Rank(x).CompareTo(Rank(y)))));

        // In the database the refused records of a chunk come after its accepted ones.
        static int Rank(string line) => line.Contains("card.accept", StringComparison.Ordinal) ? 0
            : line.Contains("record=3", StringComparison.Ordinal) || line.Contains("record=4", StringComparison.Ordinal) ? 1 : 2;
    }

    [Fact]
    public async Task A_job_whose_retention_has_passed_is_found_its_data_destroyed_and_its_account_kept()
    {
        var jobs = await CreateAsync();
        var job = await jobs.OpenAsync("job", () => NewJob("job"), retentionDays: 0, None);
        await TakeAsync(jobs, job, Good("a"), Good("b"));
        await jobs.MarkReadyAsync(job.JobId, ["a", "b"], None);
        await FinishAsync(jobs, job, "a", 1, Verdict.Good, willRetry: false);
        Assert.Empty(await jobs.FindExpiredAsync(10, None)); // b is still to be made
        Assert.Equal((null, null), await NumbersAsync(jobs, status => (status.DataUntil, status.DataDestroyed)));
        await FinishAsync(jobs, job, "b", 1, Verdict.Unresolved, willRetry: false);
        Assert.NotNull(await NumbersAsync(jobs, status => status.DataUntil));
        Assert.Equal([(job.JobId, "job")], await jobs.FindExpiredAsync(10, None));
        await jobs.DestroyDataAsync(job.JobId, None);
        var destroyed = await NumbersAsync(jobs, status => status.DataDestroyed);
        Assert.NotNull(destroyed);
        await jobs.DestroyDataAsync(job.JobId, None);
        Assert.Equal(destroyed, await NumbersAsync(jobs, status => status.DataDestroyed));
        Assert.Empty(await jobs.FindExpiredAsync(10, None));
        Assert.Equal((1, 1), await NumbersAsync(jobs, status => (status.Good, status.Unresolved)));
        await Assert.ThrowsAsync<SubmissionRefusedException>(async () => await jobs.OpenAsync("job", () => NewJob("job"), 0, None));
        // An operator destroys the card that lies apart: nothing is left to make another one of.
        await jobs.ResolveAsync(new CardResolved(job.JobId, "b", IsGood: false, 1), None);
        Assert.Equal((1, 0, 1), await NumbersAsync(jobs, status => (status.Good, status.Ready, status.Rejected)));
    }

    [Fact]
    public async Task A_job_that_is_kept_for_days_is_not_found_before()
    {
        var (jobs, job) = await OpenAsync();
        await TakeAsync(jobs, job, Good("a"));
        await FinishAsync(jobs, job, "a", 1, Verdict.Good, willRetry: false);
        Assert.Empty(await jobs.FindExpiredAsync(10, None));
        var days = ((await NumbersAsync(jobs, status => status.DataUntil))!.Value - TimeProvider.System.GetUtcNow()).TotalDays;
        Assert.InRange(days, 29, 31);
    }

    private protected abstract Task<IJobStore> CreateAsync();

    /// <summary>What the audit log got, in its order: actor, action, subject, details by name.</summary>
    private protected abstract Task<IReadOnlyList<string>> AuditAsync();

    private protected static string Describe(AuditRecord record) => string.Join(' ',
        [record.Actor, record.Action, record.Subject, .. record.Details.OrderBy(detail => detail.Key, StringComparer.Ordinal).Select(detail => $"{detail.Key}={detail.Value}")]);

    static IntakeRecord Good(string id) => new(id, [1, 2, 3], Field: "id");

    static JobReference NewJob(string name) => new(Guid.CreateVersion7(), name, "emv-debit@1", "emv", 0, 3);

    async Task<(IJobStore Jobs, JobReference Job)> OpenAsync()
    {
        var jobs = await CreateAsync();
        return (jobs, await jobs.OpenAsync("job", () => NewJob("job"), 30, None));
    }

    static async Task<TakenRecords> TakeAsync(IJobStore jobs, JobReference job, params IntakeRecord[] records)
    {
        var key = Guid.NewGuid();
        await jobs.BeginSubmissionAsync(key, job.JobId, None);
        var taken = await jobs.TakeAsync(key, job, 0, records, None);
        await jobs.EndSubmissionAsync(key, isComplete: true, None);
        return taken;
    }

    static async Task FinishAsync(IJobStore jobs, JobReference job, string id, int attempt, Verdict verdict, bool willRetry) =>
        await jobs.FinishSessionAsync(new SessionSummary
        {
            SessionId = Guid.NewGuid(),
            JobId = job.JobId,
            CardObjectId = id,
            Station = "emv-01",
            Reader = "reader-1",
            Started = DateTimeOffset.UnixEpoch,
            Duration = TimeSpan.FromSeconds(1),
            ApduCount = 9,
            Attempt = attempt,
        }, verdict, verdict == Verdict.Good ? null : "why", willRetry, None);

    static async Task<T> NumbersAsync<T>(IJobStore jobs, Func<JobStatus, T> read) => read((await jobs.FindAsync("job", None))!);
}
