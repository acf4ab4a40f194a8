using System.Runtime.CompilerServices;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Ingest.Jobs;

/// <summary>The job accounts of a mesh without a database. Thread-safe.</summary>
sealed class InMemoryJobStore : IJobStore
{
    readonly Lock _gate = new();
    readonly Dictionary<string, Account> _byName = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, Account> _byId = [];
    readonly Dictionary<string, (Account Account, long RecordNumber)> _identifiers = new(StringComparer.Ordinal);

    public ValueTask<JobReference> OpenAsync(string name, Func<JobReference> create, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var wanted = create();
            if (!_byName.TryGetValue(name, out var account))
            {
                account = new Account(wanted);
                _byName.Add(name, account);
                _byId.Add(wanted.JobId, account);
            }

            return account.Job.Profile == wanted.Profile
                ? ValueTask.FromResult(account.Job)
                : throw new SubmissionRefusedException($"Job '{name}' exists with profile {account.Job.Profile}; submit to a job of another name for {wanted.Profile}.");
        }
    }

    public ValueTask CountSubmissionAsync(Guid jobId, int change, CancellationToken cancellationToken)
    {
        lock (_gate)
            _byId[jobId].Submissions += change;
        return ValueTask.CompletedTask;
    }

    public ValueTask<long> NextRecordNumberAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_gate)
            return ValueTask.FromResult(++_byId[jobId].Records);
    }

    public ValueTask<string?> TryAcceptAsync(Guid jobId, string cardObjectId, long recordNumber, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var account = _byId[jobId];
            if (_identifiers.TryGetValue(cardObjectId, out var earlier))
            {
                return ValueTask.FromResult<string?>(earlier.Account == account
                    ? $"record {earlier.RecordNumber} of this job"
                    : $"record {earlier.RecordNumber} of job '{earlier.Account.Job.Name}'");
            }

            _identifiers.Add(cardObjectId, (account, recordNumber));
            account.Set(recordNumber, new CardReport { RecordNumber = recordNumber, CardObjectId = cardObjectId, State = CardState.Preparing });
            return ValueTask.FromResult<string?>(null);
        }
    }

    public ValueTask RefuseAsync(Guid jobId, IReadOnlyList<Refusal> refusals, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var account = _byId[jobId];
            foreach (var refusal in refusals)
            {
                account.Set(refusal.RecordNumber, new CardReport
                {
                    RecordNumber = refusal.RecordNumber,
                    CardObjectId = refusal.CardObjectId,
                    State = CardState.Refused,
                    Field = refusal.Field,
                    Reason = refusal.Reason,
                });
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask MarkReadyAsync(Guid jobId, IReadOnlyList<string> cardObjectIds, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var account = _byId[jobId];
            foreach (var cardObjectId in cardObjectIds)
            {
                // A fast station may have finished the card before this message came.
                if (account.Find(_identifiers[cardObjectId].RecordNumber) is { State: CardState.Preparing } card)
                    account.Set(card.RecordNumber, card with { State = CardState.Ready });
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask FinishSessionAsync(SessionSummary session, Verdict verdict, string? reason, bool willRetry, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var account = _byId[session.JobId];
            var card = account.Find(_identifiers[session.CardObjectId].RecordNumber)!;
            // A session may report twice: unresolved first, and then what the station's journal said.
            var isResolved = verdict != Verdict.Unresolved && card.State == CardState.Unresolved && session.Attempt == card.Attempts;
            if (card.State == CardState.Good || session.Attempt < card.Attempts || (!account.Sessions.Add(session.SessionId) && !isResolved))
                return ValueTask.CompletedTask;
            account.Set(card.RecordNumber, card with
            {
                State = verdict switch
                {
                    Verdict.Good => CardState.Good,
                    Verdict.Unresolved => CardState.Unresolved,
                    _ => willRetry ? CardState.Ready : CardState.Rejected,
                },
                CardSerial = session.CardSerial,
                Station = session.Station,
                Reader = session.Reader,
                Started = session.Started,
                DurationMilliseconds = Math.Round(session.Duration.TotalMilliseconds, 1),
                ApduCount = session.ApduCount,
                Attempts = session.Attempt,
                Reason = reason,
            });
            account.SpoiledCards += (verdict == Verdict.Good ? 0 : 1) - (isResolved ? 1 : 0);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask StopPoolAsync(string pool, string reason, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var account in _byName.Values.Where(account => account.Job.Pool == pool))
                account.Stopped = reason;
        }

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

    sealed class Account(JobReference job)
    {
        readonly SortedDictionary<long, CardReport> _cards = [];
        readonly long[] _counts = new long[Enum.GetValues<CardState>().Length];

        public JobReference Job { get; } = job;

        public int Submissions { get; set; }

        public long Records { get; set; }

        public long SpoiledCards { get; set; }

        public string? Stopped { get; set; }

        public HashSet<Guid> Sessions { get; } = [];

        public CardReport[] Lines => [.. _cards.Values];

        public JobStatus Status => new(Job.JobId, Job.Name, Job.Profile, Records, Count(CardState.Refused), Count(CardState.Preparing),
            Count(CardState.Ready), Count(CardState.Good), Count(CardState.Rejected), Count(CardState.Unresolved), SpoiledCards, Submissions > 0, Stopped);

        public CardReport? Find(long recordNumber) => _cards.GetValueOrDefault(recordNumber);

        public void Set(long recordNumber, CardReport card)
        {
            if (_cards.TryGetValue(recordNumber, out var before))
                _counts[(int)before.State]--;
            _counts[(int)card.State]++;
            _cards[recordNumber] = card;
        }

        long Count(CardState state) => _counts[(int)state];
    }
}
