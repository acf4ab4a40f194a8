using System.Diagnostics;
using PersoMesh.SmartCard;

namespace PersoMesh.Perso.Card.Fuzzing;

/// <summary>What a run is allowed to do.</summary>
/// <param name="Seed">The same seed makes the same inputs.</param>
/// <param name="First">Number of the first input.</param>
/// <param name="Inputs">How many.</param>
/// <param name="Threads">How many threads share them.</param>
sealed record FuzzOptions(ulong Seed, long First, long Inputs, int Threads)
{
    /// <summary>An input that takes longer, twice, is a violation: generous, for the machine may be busy.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes that parsing an input may allocate: for zip archives and exceptions, and in proportion to the input.</summary>
    public static long AllocationLimit(int inputLength) => (1 << 19) + (512L * inputLength);
}

/// <summary>An input that a parser did not deal with as it should.</summary>
sealed record FuzzViolation(string Parser, long Input, string Problem, string Data);

/// <summary>What one parser did.</summary>
sealed class FuzzCount
{
    public required string Parser { get; init; }

    public long Inputs { get; set; }

    public long Refused { get; set; }

    public double LongestMilliseconds { get; set; }

    public long MaxAllocatedBytes { get; set; }

    public void Add(FuzzCount other)
    {
        Inputs += other.Inputs;
        Refused += other.Refused;
        LongestMilliseconds = Math.Max(LongestMilliseconds, other.LongestMilliseconds);
        MaxAllocatedBytes = Math.Max(MaxAllocatedBytes, other.MaxAllocatedBytes);
    }
}

sealed record FuzzResult(ulong Seed, long Inputs, double Seconds, double InputsPerSecond, IReadOnlyList<FuzzCount> Parsers, FuzzViolation? Violation);

/// <summary>
/// Feeds hostile inputs to parsers. Each must end in a result or in a <see cref="CardDataException"/> with an offset inside the input, in
/// bounded time and memory.
/// </summary>
sealed class FuzzRun(FuzzOptions options, IReadOnlyList<FuzzTarget> targets)
{
    const int Block = 1000;
    const int PatienceFactor = 15;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    readonly Lock _lock = new();
    long _next;
    FuzzViolation? _violation;

    /// <param name="progress">Told from time to time how many inputs were given out.</param>
    public FuzzResult Run(Action<long> progress)
    {
        WarmUp();
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, options.Threads).Select(_ => new Worker(this)).ToArray();
        foreach (var worker in workers)
            worker.Start();
        while (!Array.TrueForAll(workers, worker => worker.IsDone))
        {
            Thread.Sleep(Poll);
            progress(Math.Min(Volatile.Read(ref _next), options.Inputs));
            // A parser that does not come back cannot be stopped; what it chokes on can be told.
            if (Array.Find(workers, worker => worker.IsStuck(PatienceFactor * options.TimeLimit)) is { } stuck)
            {
                Report(stuck.Current());
                break;
            }
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var counts = targets.Select((target, i) =>
        {
            var sum = new FuzzCount { Parser = target.Name };
            foreach (var worker in workers)
                sum.Add(worker.Counts[i]);
            return sum;
        }).ToList();
        var inputs = counts.Sum(count => count.Inputs);
        return new FuzzResult(options.Seed, inputs, seconds, inputs / seconds, counts, _violation);
    }

    // What the compiler does at the first call is not what is measured.
    void WarmUp()
    {
        foreach (var target in targets)
        {
            foreach (var sample in target.Samples.SelectMany(s => new[] { s, s[..^1] }))
            {
                try
                {
                    target.Parse(sample);
                }
                catch (CardDataException)
                {
                    // Half of them are cut.
                }
            }
        }
    }

    void Report(FuzzViolation violation)
    {
        lock (_lock)
        {
            if (_violation is null || violation.Input < _violation.Input)
                _violation = violation;
        }
    }

    sealed class Worker(FuzzRun run)
    {
        readonly FuzzInput _input = new();
        volatile bool _isDone;
        long _startedAt;
        long _number;

        public FuzzCount[] Counts { get; } = [.. run.Targets.Select(target => new FuzzCount { Parser = target.Name })];

        public void Start() => new Thread(Work) { IsBackground = true, Name = "fuzz" }.Start();

        public bool IsDone => _isDone;

        public bool IsStuck(TimeSpan patience) =>
            !_isDone && Volatile.Read(ref _startedAt) is not 0 and var at && Stopwatch.GetElapsedTime(at) > patience;

        public FuzzViolation Current()
        {
            var number = Volatile.Read(ref _number);
            return Violation(number, "does not come back", new FuzzInput().Make(run.Options.Seed, number, run.TargetOf(number).Samples));
        }

        void Work()
        {
            try
            {
                while (run.TakeBlock() is { } block)
                {
                    for (var number = block.First; number < block.End; number++)
                        Try(number);
                }
            }
            finally
            {
                _isDone = true;
            }
        }

        void Try(long number)
        {
            var target = run.TargetOf(number);
            var data = _input.Make(run.Options.Seed, number, target.Samples);
            var count = Counts[number % run.Targets.Count];
            Volatile.Write(ref _number, number);
            var (time, allocated, problem) = Measure(target, data, count);
            // The machine may have been elsewhere: once more, to be sure.
            if (problem is null && time > run.Options.TimeLimit)
                (time, allocated, problem) = Measure(target, data, new FuzzCount { Parser = target.Name });
            if (problem is null && time > run.Options.TimeLimit)
                problem = $"takes {time.TotalMilliseconds:0} ms";
            if (problem is null && allocated > FuzzOptions.AllocationLimit(data.Length))
                problem = $"allocates {allocated} bytes";
            count.Inputs++;
            count.LongestMilliseconds = Math.Max(count.LongestMilliseconds, time.TotalMilliseconds);
            count.MaxAllocatedBytes = Math.Max(count.MaxAllocatedBytes, allocated);
            if (problem is not null)
                run.Report(Violation(number, problem, data));
        }

        (TimeSpan Time, long Allocated, string? Problem) Measure(FuzzTarget target, ReadOnlyMemory<byte> data, FuzzCount count)
        {
            string? problem = null;
            var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            var startedAt = Stopwatch.GetTimestamp();
            Volatile.Write(ref _startedAt, startedAt);
            try
            {
                target.Parse(data);
            }
            catch (CardDataException e)
            {
                count.Refused++;
                if (e.Offset < 0 || e.Offset > data.Length)
                    problem = $"is refused at offset {e.Offset}, outside of the {data.Length} bytes";
            }
            catch (Exception e)
            {
                problem = $"throws {e.GetType().Name}: {e.Message}";
            }

            var time = Stopwatch.GetElapsedTime(startedAt);
            Volatile.Write(ref _startedAt, 0);
            return (time, GC.GetAllocatedBytesForCurrentThread() - allocatedBefore, problem);
        }

        FuzzViolation Violation(long number, string problem, ReadOnlyMemory<byte> data) =>
            new(run.TargetOf(number).Name, number, problem, Convert.ToHexString(data.Span));
    }

    FuzzOptions Options => options;

    IReadOnlyList<FuzzTarget> Targets => targets;

    FuzzTarget TargetOf(long number) => targets[(int)(number % targets.Count)];

    (long First, long End)? TakeBlock()
    {
        if (_violation is not null)
            return null;
        var first = Interlocked.Add(ref _next, Block) - Block;
        return first >= options.Inputs ? null : (options.First + first, options.First + Math.Min(first + Block, options.Inputs));
    }
}
