using PersoMesh.Contracts.Jobs;
using PersoMesh.Contracts.Preparation;

namespace PersoMesh.Ingest.Jobs;

/// <summary>In memory: one job's lines and their counts. Not thread-safe.</summary>
sealed class JobAccount(JobReference job, int retentionDays)
{
    readonly SortedDictionary<long, CardReport> _cards = [];
    readonly long[] _counts = new long[Enum.GetValues<CardState>().Length];
    long _spoiled;

    public JobReference Job { get; set; } = job;

    public JobControl Control { get; set; }

    public int ControlVersion { get; set; }

    public int Submissions { get; set; }

    public long Records { get; set; }

    public string? Stopped { get; set; }

    public DateTimeOffset Changed { get; set; }

    public DateTimeOffset? DataDestroyed { get; set; }

    public CardReport[] Lines => [.. _cards.Values];

    public JobStatus Status => new(Job.JobId, Job.Name, Job.Profile, Records, Count(CardState.Refused), Count(CardState.Preparing),
        Count(CardState.Ready), Count(CardState.Good), Count(CardState.Rejected), Count(CardState.Unresolved), _spoiled, Submissions > 0, Stopped)
    {
        Cancelled = Count(CardState.Cancelled),
        Pool = Job.Pool,
        Priority = Job.Priority,
        Control = Control,
        DataUntil = DataDestroyed is null && Records > 0 && Count(CardState.Preparing) == 0 && Count(CardState.Ready) == 0
            ? Changed.AddDays(retentionDays) : null,
        DataDestroyed = DataDestroyed,
    };

    public CardReport? Find(long recordNumber) => _cards.GetValueOrDefault(recordNumber);

    public void Set(CardReport card)
    {
        if (_cards.TryGetValue(card.RecordNumber, out var before))
            Add(before, -1);
        Add(card, 1);
        _cards[card.RecordNumber] = card;
    }

    void Add(CardReport card, int sign)
    {
        _counts[(int)card.State] += sign;
        _spoiled += sign * card.SpoiledCards;
    }

    long Count(CardState state) => _counts[(int)state];
}
