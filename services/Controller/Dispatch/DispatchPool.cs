using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;
using PersoMesh.Contracts.Session;

namespace PersoMesh.Controller.Dispatch;

/// <summary>In memory: the jobs and the waiting sessions of one kind of card. Not thread-safe.</summary>
sealed class DispatchPool
{
    readonly List<DispatchJob> _jobs = [];
    readonly LinkedList<WaitingReader> _waiting = [];

    public int WrongCryptograms { get; set; }

    public bool IsStopped { get; set; }

    public Guid? FirstWaiting => _waiting.First?.Value.SessionId;

    public void Add(DispatchJob job)
    {
        _jobs.Add(job);
        Sort();
    }

    /// <summary>Higher priority first, then the older job.</summary>
    public void Sort() => _jobs.Sort((a, b) =>
        (b.Reference.Priority, a.Order).CompareTo((a.Reference.Priority, b.Order)));

    /// <summary>The first card of the first job that may have one made.</summary>
    public DispatchCard? TakeReady() =>
        IsStopped ? null : _jobs.FirstOrDefault(job => job.Control == JobControl.Active && job.Ready.Count > 0)?.Ready.Dequeue();

    /// <summary>Waits; a place waits for one session, its newest.</summary>
    public void Wait(WaitingReader reader)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Place == reader.Place)
            {
                node.Value = reader;
                return;
            }
        }

        _waiting.AddLast(reader);
    }

    public void Leave(Guid sessionId)
    {
        if (_waiting.FirstOrDefault(reader => reader.SessionId == sessionId) is { } reader)
            _waiting.Remove(reader);
    }
}

/// <summary>In memory: a job's cards.</summary>
sealed class DispatchJob(JobReference reference, int order)
{
    public JobReference Reference { get; set; } = reference;

    /// <summary>Position among all jobs, by age.</summary>
    public int Order { get; } = order;

    public JobControl Control { get; set; }

    public int ControlVersion { get; set; }

    public bool IsDataDestroyed { get; set; }

    public Dictionary<string, DispatchCard> Cards { get; } = new(StringComparer.Ordinal);

    public Queue<DispatchCard> Ready { get; set; } = new();
}

/// <summary>In memory: a card object.</summary>
sealed class DispatchCard(DispatchJob job, ReadyCard ready)
{
    public DispatchJob Job { get; } = job;

    public ReadyCard Ready { get; private set; } = ready;

    public int Attempt { get; set; }

    public Guid LastSession { get; set; }

    /// <summary>Attempts that no longer count, by an operator's order.</summary>
    public int Forgiven { get; private set; }

    public bool WasRemade { get; private set; }

    public bool HasAttempts => Attempt - Forgiven < Job.Reference.MaxAttempts;

    /// <summary>Null while it is ready or in a session.</summary>
    public Verdict? Verdict { get; private set; }

    public bool? ResolvedAs { get; set; }

    public long ReadySince { get; set; }

    public TimeSpan Waited { get; set; }

    public void Forgive() => (Forgiven, WasRemade, Verdict) = (Attempt, true, null);

    /// <summary>The card object stays known, so that it is not accepted twice; the payload of a good one goes.</summary>
    public void Finish(Verdict verdict)
    {
        Verdict = verdict;
        if (verdict == Contracts.Session.Verdict.Good)
            Forget();
    }

    public void Forget() => Ready = Ready with { SealedScript = [], SealedModules = [] };
}
