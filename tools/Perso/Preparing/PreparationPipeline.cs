using System.Threading.Channels;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Intake;
using PersoMesh.PreparedJobs;
using PersoMesh.Translator.Profiles;

namespace PersoMesh.Perso.Preparing;

/// <summary>
/// Prepares the card objects of a whole input: one reads and checks them, several threads prepare them, each with a session of its own, and
/// one hands them on in their order; all at the same time.
/// </summary>
sealed class PreparationPipeline(PreparationPlan plan, PassKeys keys, IPreparedCards target)
{
    const int AheadPerThread = 64;
    const int MaxRecordBytes = 64 * 1024;

    readonly FieldComputation _fields = new(plan.Pass.Profile);
    readonly PreparationInputs _inputs = new(plan, target);
    readonly Channel<CardInWork> _toPrepare = Bounded(plan.Threads);
    readonly Channel<CardInWork> _toHandOn = Bounded(plan.Threads);

    /// <summary>Reads from the input until its end.</summary>
    public async Task<PreparationOutcome> RunAsync(Stream input, CancellationToken cancellationToken)
    {
        using var pool = plan.Pool is { } store ? new CardKeyPool(plan.Module, store, plan.KeyPairs, plan.KeyThreads) : null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] others =
        [
            Task.Run(() => ReadAsync(input, stop.Token), CancellationToken.None),
            .. Enumerable.Range(0, plan.Threads).Select(_ => Task.Factory.StartNew(
                () => Prepare(pool, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        // Who fails ends the others too; a writer that waits for a card of a dead worker would wait for ever.
        foreach (var task in others)
            _ = task.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        try
        {
            return await HandOnAsync(stop.Token);
        }
        catch (OperationCanceledException) when (Array.Find(others, task => task.IsFaulted) is { } failed)
        {
            await failed;
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(others).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        var format = RecordFormats.Choose(ProfileDescription.Of(plan.Pass.Profile), plan.Format, MaxRecordBytes);
        long number = 0;
        await foreach (var record in RecordReader.ReadAsync(input, format, cancellationToken))
        {
            var (card, refusal) = await _inputs.CompleteAsync(record, ++number, cancellationToken);
            var work = refusal is null ? new CardInWork(card) : CardInWork.Refused(refusal);
            await _toHandOn.Writer.WriteAsync(work, cancellationToken);
            if (work.Card is not null)
                await _toPrepare.Writer.WriteAsync(work, cancellationToken);
        }

        _toPrepare.Writer.Complete();
        _toHandOn.Writer.Complete();
    }

    // A thread of its own: a token's calls block.
    void Prepare(CardKeyPool? pool, CancellationToken cancellationToken)
    {
        using var worker = new PreparationWorker(plan, _fields, keys, pool);
        try
        {
            while (_toPrepare.Reader.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult())
            {
                while (!cancellationToken.IsCancellationRequested && _toPrepare.Reader.TryRead(out var work))
                    work.Done.SetResult(worker.Prepare(work.Card!));
            }
        }
        catch (OperationCanceledException)
        {
            // Somebody else says why.
        }
    }

    async Task<PreparationOutcome> HandOnAsync(CancellationToken cancellationToken)
    {
        var prepared = 0L;
        List<Refusal> refusals = [];
        await foreach (var work in _toHandOn.Reader.ReadAllAsync(cancellationToken))
        {
            var (card, refusal) = await work.Done.Task.WaitAsync(cancellationToken);
            if (card is not null)
            {
                target.Write(card);
                prepared++;
            }
            else
            {
                refusals.Add(refusal!);
            }
        }

        return new PreparationOutcome(prepared + refusals.Count, prepared, refusals);
    }

    static Channel<CardInWork> Bounded(int threads) =>
        Channel.CreateBounded<CardInWork>(new BoundedChannelOptions(AheadPerThread * threads) { SingleWriter = true });

    /// <summary>A card on its way from reader to writer.</summary>
    sealed record CardInWork(CardInputs? Card)
    {
        public TaskCompletionSource<(PreparedCard? Card, Refusal? Refusal)> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static CardInWork Refused(Refusal refusal)
        {
            var work = new CardInWork(Card: null);
            work.Done.SetResult((null, refusal));
            return work;
        }
    }
}
