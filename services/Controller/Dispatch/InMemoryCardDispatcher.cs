using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Dispatch;

/// <summary>The dispatcher of a mesh with one Controller and no database. Thread-safe.</summary>
sealed partial class InMemoryCardDispatcher(IOptions<ControllerOptions> options, TimeProvider time, ILogger<InMemoryCardDispatcher> logger) : ICardDispatcher
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Pool> _pools = new(StringComparer.Ordinal);
    readonly Dictionary<(Guid JobId, string CardObjectId), Entry> _cards = [];
    readonly Dictionary<Guid, Entry> _claims = [];
    readonly HashSet<Guid> _released = [];
    long _order;

    public ValueTask<IReadOnlyList<Guid>> AddAsync(JobReference job, IReadOnlyList<ReadyCard> cards, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var card in cards)
            {
                var entry = new Entry(job, card) { ReadySince = time.GetTimestamp() };
                if (_cards.TryAdd((job.JobId, card.CardObjectId), entry))
                    Enqueue(PoolOf(job.Pool), entry);
            }

            return ValueTask.FromResult<IReadOnlyList<Guid>>(ServeWaiting(PoolOf(job.Pool)));
        }
    }

    public ValueTask<AssignedCard?> ClaimAsync(Guid sessionId, string pool, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_released.Contains(sessionId))
                return ValueTask.FromResult<AssignedCard?>(null);
            if (!_claims.TryGetValue(sessionId, out var entry))
            {
                var of = PoolOf(pool);
                if (of.IsStopped || !of.Ready.TryDequeue(out entry, out _))
                {
                    if (of.WaitingIds.Add(sessionId))
                        of.Waiting.Enqueue(sessionId);
                    return ValueTask.FromResult<AssignedCard?>(null);
                }

                Claim(sessionId, entry);
            }

            return ValueTask.FromResult<AssignedCard?>(new AssignedCard(entry.Job, entry.Card, entry.Attempt, entry.Waited));
        }
    }

    public ValueTask<ReleasedCard> ReleaseAsync(Guid sessionId, Verdict verdict, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _released.Add(sessionId);
            if (!_claims.Remove(sessionId, out var entry))
                return ValueTask.FromResult(new ReleasedCard(false, []));
            if (verdict != Verdict.Rejected || entry.Attempt >= entry.Job.MaxAttempts)
            {
                entry.Finish();
                return ValueTask.FromResult(new ReleasedCard(false, []));
            }

            var pool = PoolOf(entry.Job.Pool);
            entry.ReadySince = time.GetTimestamp();
            Enqueue(pool, entry);
            return ValueTask.FromResult(new ReleasedCard(true, ServeWaiting(pool)));
        }
    }

    public ValueTask<bool> CountCryptogramAsync(string pool, bool wrong, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var of = PoolOf(pool);
            of.WrongCryptograms = wrong ? of.WrongCryptograms + 1 : 0;
            if (of.WrongCryptograms >= options.Value.WrongCryptogramBudget && !of.IsStopped)
            {
                of.IsStopped = true;
                LogPoolStopped(logger, pool, of.WrongCryptograms);
            }

            return ValueTask.FromResult(of.IsStopped);
        }
    }

    List<Guid> ServeWaiting(Pool pool)
    {
        List<Guid> woken = [];
        while (!pool.IsStopped && pool.Ready.Count > 0 && pool.Waiting.TryDequeue(out var sessionId))
        {
            pool.WaitingIds.Remove(sessionId);
            // Its station has withdrawn.
            if (_released.Contains(sessionId))
                continue;
            Claim(sessionId, pool.Ready.Dequeue());
            woken.Add(sessionId);
        }

        return woken;
    }

    void Claim(Guid sessionId, Entry entry)
    {
        entry.Attempt++;
        entry.Waited = time.GetElapsedTime(entry.ReadySince);
        _claims.Add(sessionId, entry);
    }

    void Enqueue(Pool pool, Entry entry) => pool.Ready.Enqueue(entry, (-entry.Job.Priority, _order++));

    Pool PoolOf(string name)
    {
        if (!_pools.TryGetValue(name, out var pool))
            _pools.Add(name, pool = new Pool());
        return pool;
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "Pool {Pool} is stopped: {Count} cards in a row had a wrong cryptogram. The cards' keys are not those of the profile; nothing was counted by the cards.")]
    static partial void LogPoolStopped(ILogger logger, string pool, int count);

    sealed class Pool
    {
        public PriorityQueue<Entry, (int, long)> Ready { get; } = new();

        public Queue<Guid> Waiting { get; } = new();

        public HashSet<Guid> WaitingIds { get; } = [];

        public int WrongCryptograms { get; set; }

        public bool IsStopped { get; set; }
    }

    sealed class Entry(JobReference job, ReadyCard card)
    {
        public JobReference Job { get; } = job;

        public ReadyCard Card { get; private set; } = card;

        public int Attempt { get; set; }

        public long ReadySince { get; set; }

        public TimeSpan Waited { get; set; }

        /// <summary>The card object stays known, so that it is not accepted twice; its payload goes.</summary>
        public void Finish() => Card = Card with { SealedScript = [], SealedModules = [] };
    }
}
