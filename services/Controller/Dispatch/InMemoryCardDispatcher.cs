using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PersoMesh.AuditLog;
using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;
using PersoMesh.Controller.Audit;

namespace PersoMesh.Controller.Dispatch;

/// <summary>The dispatcher of a mesh with one Controller and no database. Thread-safe.</summary>
sealed partial class InMemoryCardDispatcher(
    IOptions<ControllerOptions> options, TimeProvider time, ILogger<InMemoryCardDispatcher> logger, Action<AuditRecord> note) : ICardDispatcher
{
    static readonly IReadOnlyList<Guid> Nobody = [];

    readonly Lock _gate = new();
    readonly Dictionary<string, DispatchPool> _pools = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, DispatchJob> _jobs = [];
    readonly Dictionary<Guid, DispatchCard> _claims = [];
    readonly Dictionary<Guid, bool> _released = [];
    readonly HashSet<Guid> _wrongCryptograms = [];

    public ValueTask<IReadOnlyList<Guid>> AddAsync(JobReference job, IReadOnlyList<ReadyCard> cards, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var of = JobOf(job);
            foreach (var card in cards)
            {
                var added = new DispatchCard(of, card) { ReadySince = time.GetTimestamp() };
                if (of.Cards.TryAdd(card.CardObjectId, added))
                    of.Ready.Enqueue(added);
            }

            return ValueTask.FromResult<IReadOnlyList<Guid>>(ServeWaiting(PoolOf(job.Pool)));
        }
    }

    public ValueTask<AssignedCard?> ClaimAsync(WaitingReader reader, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_released.ContainsKey(reader.SessionId))
                return ValueTask.FromResult<AssignedCard?>(null);
            var pool = PoolOf(reader.Pool);
            if (!_claims.TryGetValue(reader.SessionId, out var card) && (card = pool.TakeReady()) is not null)
                Claim(reader.SessionId, card);
            if (card is not null)
                return ValueTask.FromResult<AssignedCard?>(new AssignedCard(card.Job.Reference, card.Ready, card.Attempt, card.Waited));
            pool.Wait(reader);
            return ValueTask.FromResult<AssignedCard?>(null);
        }
    }

    public ValueTask<IReadOnlyList<Guid>> LeaveAsync(Guid sessionId, bool isOver, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (isOver)
                _released.TryAdd(sessionId, false);
            foreach (var pool in _pools.Values)
                pool.Leave(sessionId);
            if (!_claims.Remove(sessionId, out var card))
                return ValueTask.FromResult(Nobody);
            Note("session.return", sessionId, card);
            card.Attempt--;
            return ValueTask.FromResult<IReadOnlyList<Guid>>(MakeReady(card));
        }
    }

    public ValueTask<ReleasedCard> ReleaseAsync(Guid sessionId, Verdict verdict, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_claims.Remove(sessionId, out var card))
                return ValueTask.FromResult(new ReleasedCard(_released.GetValueOrDefault(sessionId), []));
            Note("session.verdict", sessionId, card, verdict);
            card.LastSession = sessionId;
            var willRetry = verdict == Verdict.Rejected && card.HasAttempts && card.Job.Control != JobControl.Cancelled;
            _released.Add(sessionId, willRetry);
            if (willRetry)
                return ValueTask.FromResult(new ReleasedCard(true, MakeReady(card)));
            card.Finish(verdict);
            return ValueTask.FromResult(new ReleasedCard(false, []));
        }
    }

    public ValueTask<bool> CountCryptogramAsync(Guid sessionId, string pool, bool wrong, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var of = PoolOf(pool);
            if (!wrong)
                of.WrongCryptograms = 0;
            else if (_wrongCryptograms.Add(sessionId))
                of.WrongCryptograms++;
            if (of.WrongCryptograms >= options.Value.WrongCryptogramBudget && !of.IsStopped)
            {
                of.IsStopped = true;
                note(new AuditRecord("controller", "pool.stop", pool));
                LogPoolStopped(logger, pool, of.WrongCryptograms);
            }

            return ValueTask.FromResult(of.IsStopped);
        }
    }

    public ValueTask<IReadOnlyList<Guid>> ResumePoolAsync(string pool, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var of = PoolOf(pool);
            if (of.IsStopped)
                note(new AuditRecord("controller", "pool.go-on", pool));
            (of.IsStopped, of.WrongCryptograms) = (false, 0);
            return ValueTask.FromResult<IReadOnlyList<Guid>>(ServeWaiting(of));
        }
    }

    public ValueTask<IReadOnlyList<Guid>> ControlAsync(JobReference job, JobControl control, int version, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var of = JobOf(job);
            var pool = PoolOf(job.Pool);
            if (version > of.ControlVersion)
            {
                (of.Control, of.ControlVersion, of.Reference) = (control, version, of.Reference with { Priority = job.Priority });
                pool.Sort();
            }

            return ValueTask.FromResult<IReadOnlyList<Guid>>(ServeWaiting(pool));
        }
    }

    public ValueTask<IReadOnlyList<CardsWithdrawn>> FindCancelledAsync(int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var job = _jobs.Values.FirstOrDefault(job => job.Control == JobControl.Cancelled && job.Ready.Count > 0);
            return ValueTask.FromResult<IReadOnlyList<CardsWithdrawn>>(job is null ? []
                : [new CardsWithdrawn(job.Reference.JobId, [.. job.Ready.Take(limit).Select(card => card.Ready.CardObjectId)])]);
        }
    }

    public ValueTask WithdrawAsync(CardsWithdrawn cards, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_jobs.TryGetValue(cards.JobId, out var job) || job.Control != JobControl.Cancelled)
                return ValueTask.CompletedTask;
            var withdrawn = cards.CardObjectIds.ToHashSet(StringComparer.Ordinal);
            var (ready, kept) = (job.Ready.ToArray(), new Queue<DispatchCard>());
            foreach (var card in ready)
            {
                if (withdrawn.Contains(card.Ready.CardObjectId))
                    card.Finish(Verdict.Rejected);
                else
                    kept.Enqueue(card);
            }

            job.Ready = kept;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<RemadeCards> RemakeAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            List<RemadeCard> remade = [];
            List<Guid> woken = [];
            foreach (var card in cardObjectIds.Select(id => Find(jobId, id)).OfType<DispatchCard>())
            {
                if (card.Verdict == Verdict.Rejected && !card.Job.IsDataDestroyed)
                {
                    card.Forgive();
                    woken.AddRange(MakeReady(card));
                }

                if (card.WasRemade && card.Verdict is null)
                    remade.Add(new RemadeCard(card.Ready.CardObjectId, card.Forgiven));
            }

            return ValueTask.FromResult(new RemadeCards(remade, woken));
        }
    }

    public ValueTask<RemadeCards?> ResolveAsync(Guid jobId, string cardObjectId, bool isGood, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (Find(jobId, cardObjectId) is not { } card || (card.Verdict != Verdict.Unresolved && card.ResolvedAs != isGood))
                return ValueTask.FromResult<RemadeCards?>(null);
            IReadOnlyList<Guid> woken = [];
            if (card.Verdict == Verdict.Unresolved)
            {
                card.ResolvedAs = isGood;
                card.Forgive();
                if (isGood)
                {
                    Note("session.verdict", card.LastSession, card, Verdict.Good);
                    card.Finish(Verdict.Good);
                }
                else if (card.Job.IsDataDestroyed)
                {
                    card.Finish(Verdict.Rejected);
                }
                else
                {
                    woken = MakeReady(card);
                }
            }

            return ValueTask.FromResult<RemadeCards?>(new RemadeCards([new RemadeCard(cardObjectId, card.Forgiven)], woken));
        }
    }

    public ValueTask DestroyDataAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_jobs.TryGetValue(jobId, out var job))
                return ValueTask.CompletedTask;
            job.IsDataDestroyed = true;
            foreach (var card in job.Ready)
                card.Finish(Verdict.Rejected);
            job.Ready.Clear();
            foreach (var (_, card) in job.Cards)
                card.Forget();
        }

        return ValueTask.CompletedTask;
    }

    DispatchCard? Find(Guid jobId, string cardObjectId) => _jobs.GetValueOrDefault(jobId)?.Cards.GetValueOrDefault(cardObjectId);

    List<Guid> MakeReady(DispatchCard card)
    {
        card.ReadySince = time.GetTimestamp();
        card.Job.Ready.Enqueue(card);
        return ServeWaiting(PoolOf(card.Job.Reference.Pool));
    }

    List<Guid> ServeWaiting(DispatchPool pool)
    {
        List<Guid> woken = [];
        while (pool.FirstWaiting is { } sessionId && pool.TakeReady() is { } card)
        {
            pool.Leave(sessionId);
            Claim(sessionId, card);
            woken.Add(sessionId);
        }

        return woken;
    }

    void Claim(Guid sessionId, DispatchCard card)
    {
        card.Attempt++;
        card.Waited = time.GetElapsedTime(card.ReadySince);
        _claims.Add(sessionId, card);
        Note("session.assign", sessionId, card);
    }

    void Note(string action, Guid sessionId, DispatchCard card, Verdict? verdict = null) =>
        note(SessionAudit.Of(action, sessionId, card.Ready.CardObjectId, card.Job.Reference.Name, card.Attempt, verdict));

    DispatchJob JobOf(JobReference reference)
    {
        if (!_jobs.TryGetValue(reference.JobId, out var job))
        {
            _jobs.Add(reference.JobId, job = new DispatchJob(reference, _jobs.Count));
            PoolOf(reference.Pool).Add(job);
        }

        return job;
    }

    DispatchPool PoolOf(string name)
    {
        if (!_pools.TryGetValue(name, out var pool))
            _pools.Add(name, pool = new DispatchPool());
        return pool;
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "Pool {Pool} is stopped: {Count} cards in a row had a wrong cryptogram. The cards' keys are not those of the profile; nothing was counted by the cards.")]
    static partial void LogPoolStopped(ILogger logger, string pool, int count);
}
