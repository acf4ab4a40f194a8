using System.Threading.Channels;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>What becomes of card objects.</summary>
sealed partial class PostgresJobStore
{
    const int OutcomesAtOnce = 200;

    // Sessions end one by one and each must reach the disk; those that end while the disk is busy go together.
    readonly Channel<(SessionOutcome Outcome, TaskCompletionSource Done)> _outcomes = Channel.CreateUnbounded<(SessionOutcome, TaskCompletionSource)>();
    readonly SemaphoreSlim _writing = new(1);

    public async ValueTask RefuseAsync(Guid jobId, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken) => await ExecuteAsync("""
        UPDATE ingest_card c SET state = 5, field = i.field, reason = i.reason
        FROM unnest($2::text[], $3::text[], $4::text[]) i (card_object_id, field, reason)
        WHERE c.card_object_id = i.card_object_id AND is_accepted AND job_id = $1 AND state = 0
        """, cancellationToken, jobId, refusals.Select(refusal => refusal.CardObjectId).ToArray(),
        refusals.Select(refusal => refusal.Field).ToArray(), refusals.Select(refusal => (string?)refusal.Reason).ToArray());

    public async ValueTask MarkReadyAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken) => await ExecuteAsync("""
        UPDATE ingest_card SET state = 1, field = NULL, reason = NULL
        WHERE card_object_id = ANY ($2) AND is_accepted AND job_id = $1 AND state IN (0, 5)
        """, cancellationToken, jobId, cardObjectIds.ToArray());

    public async ValueTask WithdrawAsync(CardsWithdrawn cards, CancellationToken cancellationToken) => await ExecuteAsync(
        "UPDATE ingest_card SET state = 6 WHERE card_object_id = ANY ($2) AND is_accepted AND job_id = $1 AND state = 1",
        cancellationToken, cards.JobId, cards.CardObjectIds.ToArray());

    public async ValueTask RemakeAsync(CardsRemade cards, CancellationToken cancellationToken) => await ExecuteAsync("""
        UPDATE ingest_card c SET state = 1 FROM unnest($2::text[], $3::int[]) i (card_object_id, attempts)
        WHERE c.card_object_id = i.card_object_id AND is_accepted AND job_id = $1 AND state IN (3, 6) AND c.attempts <= i.attempts
        """, cancellationToken, cards.JobId, cards.Cards.Select(card => card.CardObjectId).ToArray(), cards.Cards.Select(card => card.Attempts).ToArray());

    public async ValueTask ResolveAsync(CardResolved card, CancellationToken cancellationToken) => await ExecuteAsync("""
        UPDATE ingest_card SET state = CASE WHEN $3 THEN 2
            WHEN EXISTS (SELECT FROM ingest_job WHERE job_id = $1 AND data_destroyed_at IS NOT NULL) THEN 3 ELSE 1 END
        WHERE card_object_id = $2 AND is_accepted AND job_id = $1 AND state = 4 AND attempts <= $4
        """, cancellationToken, card.JobId, card.CardObjectId, card.IsGood, card.Attempts);

    public async ValueTask FinishSessionAsync(SessionSummary session, Verdict verdict, string? reason, bool willRetry, CancellationToken cancellationToken)
    {
        var state = verdict switch
        {
            Verdict.Good => CardState.Good,
            Verdict.Unresolved => CardState.Unresolved,
            _ => willRetry ? CardState.Ready : CardState.Rejected,
        };
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _outcomes.Writer.TryWrite((new SessionOutcome(session, state, reason), done));
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (!done.Task.IsCompleted)
                await WriteOutcomesAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }

        await done.Task;
    }

    async Task WriteOutcomesAsync(CancellationToken cancellationToken)
    {
        List<(SessionOutcome Outcome, TaskCompletionSource Done)> batch = [];
        while (batch.Count < OutcomesAtOnce && _outcomes.Reader.TryRead(out var next))
            batch.Add(next);
        try
        {
            // A job at a time: who writes several would have to lock them in one order.
            foreach (var job in batch.Select(entry => entry.Outcome).GroupBy(outcome => outcome.Session.JobId))
                await WriteOutcomesAsync(job.Key, [.. job], cancellationToken);
            foreach (var (_, done) in batch)
                done.SetResult();
        }
        catch (Exception e)
        {
            foreach (var (_, done) in batch)
                done.TrySetException(e);
        }
    }

    Task<int> WriteOutcomesAsync(Guid jobId, SessionOutcome[] outcomes, CancellationToken cancellationToken)
    {
        // The newest session of each card; an older one says nothing new, nor does any after a good one. A session may report twice: unresolved
        // first (state 4), and then what the station's journal said.
        const string Write = """
            UPDATE ingest_card c SET state = i.state, serial = i.serial, station = i.station, reader = i.reader, started = i.started,
                duration_ms = i.duration_ms, apdus = i.apdus, attempts = i.attempt, reason = i.reason
            FROM (SELECT DISTINCT ON (card_object_id) * FROM unnest($2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                    $8::float8[], $9::int[], $10::int[], $11::text[])
                    u (card_object_id, state, serial, station, reader, started, duration_ms, apdus, attempt, reason)
                ORDER BY card_object_id, attempt DESC, state = 4) i
            WHERE c.card_object_id = i.card_object_id AND is_accepted AND c.job_id = $1 AND c.state <> 2
                AND (c.attempts < i.attempt OR (c.attempts = i.attempt AND c.state = 4 AND i.state <> 4))
            """;
        return ExecuteAsync(Write, cancellationToken, jobId,
            outcomes.Select(o => o.Session.CardObjectId).ToArray(), outcomes.Select(o => (short)o.State).ToArray(),
            outcomes.Select(o => o.Session.CardSerial).ToArray(), outcomes.Select(o => o.Session.Station).ToArray(),
            outcomes.Select(o => o.Session.Reader).ToArray(), outcomes.Select(o => o.Session.Started.UtcDateTime).ToArray(),
            outcomes.Select(o => Math.Round(o.Session.Duration.TotalMilliseconds, 1)).ToArray(), outcomes.Select(o => o.Session.ApduCount).ToArray(),
            outcomes.Select(o => o.Session.Attempt).ToArray(), outcomes.Select(o => o.Reason).ToArray());
    }

    sealed record SessionOutcome(SessionSummary Session, CardState State, string? Reason);
}
