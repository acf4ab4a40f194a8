using System.Runtime.CompilerServices;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.Ingest.Audit;

namespace PersoMesh.Ingest.Jobs;

/// <summary>The job accounts of a mesh without a database. Thread-safe.</summary>
sealed class InMemoryJobStore(TimeProvider time, Action<AuditRecord> note) : IJobStore
{
    readonly Lock _gate = new();
    readonly Dictionary<string, JobAccount> _byName = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, JobAccount> _byId = [];
    readonly Dictionary<string, (JobAccount Account, long RecordNumber)> _identifiers = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, OpenSubmission> _submissions = [];
    readonly Dictionary<Guid, (CardChunk Chunk, DateTimeOffset Taken)> _chunks = [];

    public ValueTask<JobReference> OpenAsync(string name, Func<JobReference> create, int retentionDays, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var wanted = create();
            if (!_byName.TryGetValue(name, out var account))
            {
                account = new JobAccount(wanted, retentionDays) { Changed = time.GetUtcNow() };
                _byName.Add(name, account);
                _byId.Add(wanted.JobId, account);
            }

            if (account.DataDestroyed is not null)
                throw SubmissionRefusedException.DataDestroyed(name);
            return account.Job.Profile == wanted.Profile
                ? ValueTask.FromResult(account.Job)
                : throw SubmissionRefusedException.OtherProfile(account.Job, wanted);
        }
    }

    public ValueTask<SubmissionProgress> BeginSubmissionAsync(Guid submissionId, Guid jobId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_submissions.TryGetValue(submissionId, out var submission))
                _submissions.Add(submissionId, submission = new OpenSubmission(_byId[jobId]));
            if (submission is { IsReading: false, IsComplete: false })
            {
                submission.IsReading = true;
                submission.Job.Submissions++;
            }

            return ValueTask.FromResult(new SubmissionProgress(submission.Records, submission.Accepted, submission.IsComplete));
        }
    }

    public ValueTask<TakenRecords> TakeAsync(
        Guid submissionId, JobReference job, long taken, IReadOnlyList<IntakeRecord> records, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var (account, submission) = (_byId[job.JobId], _submissions[submissionId]);
            if (submission.Records != taken)
                throw new SubmissionBusyException(job.Name);
            List<CardObject> accepted = [];
            foreach (var record in records)
            {
                if (Take(account, ++account.Records, record) is { } card)
                    accepted.Add(card);
            }

            submission.Records += records.Count;
            submission.Accepted += accepted.Count;
            if (accepted.Count == 0)
                return ValueTask.FromResult(new TakenRecords(null));
            var chunk = new CardChunk(Guid.CreateVersion7(), new TranslateCardObjects { Job = account.Job, Cards = accepted });
            _chunks.Add(chunk.ChunkId, (chunk, time.GetUtcNow()));
            return ValueTask.FromResult(new TakenRecords(chunk));
        }
    }

    public ValueTask KeepSubmissionAsync(Guid submissionId, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask EndSubmissionAsync(Guid submissionId, bool isComplete, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var submission = _submissions[submissionId];
            if (submission.IsReading)
                submission.Job.Submissions--;
            (submission.IsReading, submission.IsComplete) = (false, submission.IsComplete || isComplete);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask HandedOnAsync(Guid chunkId, CancellationToken cancellationToken)
    {
        lock (_gate)
            _chunks.Remove(chunkId);
        return ValueTask.CompletedTask;
    }

    public ValueTask<CardChunk?> TakeLeftBehindAsync(TimeSpan olderThan, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var found = _chunks.Values.Where(chunk => chunk.Taken <= now - olderThan).OrderBy(chunk => chunk.Taken).Select(chunk => chunk.Chunk).FirstOrDefault();
            if (found is not null)
                _chunks[found.ChunkId] = (found, now);
            return ValueTask.FromResult(found);
        }
    }

    public ValueTask<long> CountPreparingAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult(_byId[jobId].Status.Preparing);
    }

    public ValueTask RefuseAsync(Guid jobId, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken)
    {
        foreach (var refusal in refusals)
        {
            Change(jobId, refusal.CardObjectId, card => card.State != CardState.Preparing ? null
                : card with { State = CardState.Refused, Field = refusal.Field, Reason = refusal.Reason });
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask MarkReadyAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken)
    {
        // A fast station may have finished the card before this message came. What a service gave up on and another try made ready, is ready.
        foreach (var cardObjectId in cardObjectIds)
        {
            Change(jobId, cardObjectId, card => card.State is CardState.Preparing or CardState.Refused
                ? card with { State = CardState.Ready, Field = null, Reason = null } : null);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask FinishSessionAsync(SessionSummary session, Verdict verdict, string? reason, bool willRetry, CancellationToken cancellationToken)
    {
        Change(session.JobId, session.CardObjectId, card => card.After(session, verdict, reason, willRetry));
        return ValueTask.CompletedTask;
    }

    public ValueTask WithdrawAsync(CardsWithdrawn cards, CancellationToken cancellationToken)
    {
        foreach (var cardObjectId in cards.CardObjectIds)
            Change(cards.JobId, cardObjectId, card => card.State == CardState.Ready ? card with { State = CardState.Cancelled } : null);
        return ValueTask.CompletedTask;
    }

    public ValueTask RemakeAsync(CardsRemade cards, CancellationToken cancellationToken)
    {
        foreach (var remade in cards.Cards)
        {
            Change(cards.JobId, remade.CardObjectId, card =>
                card.State is CardState.Rejected or CardState.Cancelled && card.Attempts <= remade.Attempts ? card with { State = CardState.Ready } : null);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask ResolveAsync(CardResolved resolved, CancellationToken cancellationToken)
    {
        Change(resolved.JobId, resolved.CardObjectId, card => card.State == CardState.Unresolved && card.Attempts <= resolved.Attempts
            ? card with { State = resolved.IsGood ? CardState.Good : IsDestroyed(resolved.JobId) ? CardState.Rejected : CardState.Ready } : null);
        return ValueTask.CompletedTask;
    }

    public ValueTask StopPoolAsync(string pool, string? reason, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var account in _byName.Values.Where(account => account.Job.Pool == pool))
                account.Stopped = reason;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<ControlJob?> ControlAsync(string name, JobControl? control, int? priority, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_byName.TryGetValue(name, out var account))
                return ValueTask.FromResult<ControlJob?>(null);
            account.Job = account.Job with { Priority = priority ?? account.Job.Priority };
            account.Control = control ?? account.Control;
            return ValueTask.FromResult<ControlJob?>(new ControlJob(account.Job, account.Control, ++account.ControlVersion));
        }
    }

    public ValueTask<IReadOnlyList<(Guid JobId, string Name)>> FindExpiredAsync(int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            return ValueTask.FromResult<IReadOnlyList<(Guid, string)>>([.. _byName.Values
                .Where(account => account.Status is { DataUntil: { } until, IsReading: false } && until <= now).Take(limit)
                .Select(account => (account.Job.JobId, account.Job.Name))]);
        }
    }

    public ValueTask DestroyDataAsync(Guid jobId, CancellationToken cancellationToken)
    {
        // The account holds none: card objects were handed on, and the Controller has the rest.
        lock (_gate)
            _byId[jobId].DataDestroyed ??= time.GetUtcNow();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<JobStatus>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult<IReadOnlyList<JobStatus>>([.. _byName.Values.Select(account => account.Status)]);
    }

    public ValueTask<JobStatus?> FindAsync(string name, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult(_byName.TryGetValue(name, out var account) ? account.Status : null);
    }

    public ValueTask<(Guid JobId, CardReport Card)?> FindCardAsync(string cardObjectId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<(Guid, CardReport)?>(_identifiers.TryGetValue(cardObjectId, out var found)
                ? (found.Account.Job.JobId, found.Account.Find(found.RecordNumber)!) : null);
        }
    }

    public async IAsyncEnumerable<CardReport> ReportAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CardReport[] lines;
        lock (_gate)
            lines = _byName.TryGetValue(name, out var account) ? account.Lines : [];
        foreach (var line in lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return line;
        }

        await Task.CompletedTask;
    }

    bool IsDestroyed(Guid jobId) => _byId[jobId].DataDestroyed is not null;

    CardObject? Take(JobAccount account, long number, IntakeRecord record)
    {
        var line = new CardReport { RecordNumber = number, CardObjectId = record.CardObjectId, State = CardState.Refused, Field = record.Field, Reason = record.Reason };
        if (record.SealedFields is not { } sealedFields)
        {
            Set(account, null, line);
            return null;
        }

        var identifier = record.CardObjectId!;
        if (!_identifiers.TryAdd(identifier, (account, number)))
        {
            var earlier = _identifiers[identifier];
            Set(account, null, line with { Reason = CardReport.UsedBefore(earlier.RecordNumber, earlier.Account == account ? null : earlier.Account.Job.Name) });
            return null;
        }

        Set(account, null, line with { State = CardState.Preparing, Field = null });
        return new CardObject(identifier, number, sealedFields, record.SealedRecord);
    }

    void Change(Guid jobId, string? cardObjectId, Func<CardReport, CardReport?> change)
    {
        lock (_gate)
        {
            if (cardObjectId is null || !_identifiers.TryGetValue(cardObjectId, out var found) || found.Account.Job.JobId != jobId)
                return;
            var before = found.Account.Find(found.RecordNumber)!;
            if (change(before) is { } changed)
                Set(found.Account, before, changed);
        }
    }

    void Set(JobAccount account, CardReport? before, CardReport after)
    {
        account.Set(after);
        account.Changed = time.GetUtcNow();
        if (CardAudit.Of(account.Job.Name, before, after) is { } record)
            note(record);
    }

    sealed class OpenSubmission(JobAccount job)
    {
        public JobAccount Job { get; } = job;

        public long Records { get; set; }

        public long Accepted { get; set; }

        public bool IsReading { get; set; }

        public bool IsComplete { get; set; }
    }
}
