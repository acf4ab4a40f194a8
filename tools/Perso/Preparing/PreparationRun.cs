using System.Security.Cryptography;
using System.Threading.Channels;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Intake;
using PersoMesh.PreparedJobs;
using PersoMesh.Translator.Profiles;

namespace PersoMesh.Perso.Preparing;

/// <summary>
/// Prepares a whole file: one reads and checks card objects, several threads prepare them, each with a session of its own, and one puts
/// MACs on them and writes them in their order; all at the same time.
/// </summary>
sealed class PreparationRun(PreparationPlan plan)
{
    const int AheadPerThread = 64;
    const int MaxRecordBytes = 64 * 1024;

    readonly FieldComputation _fields = new(plan.Profile);
    readonly PreparationInputs _inputs = new(plan);
    readonly Channel<CardInWork> _toPrepare = Bounded(plan.Threads);
    readonly Channel<CardInWork> _toWrite = Bounded(plan.Threads);

    /// <summary>Reads from the input until its end.</summary>
    public async Task<PreparationOutcome> RunAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var pool = plan.Pool is { } store ? new CardKeyPool(plan.Module, store, plan.KeyPairs, plan.KeyThreads) : null;
        using var session = plan.Module.OpenSession();
        using var keys = new TransportKeys(session, plan.Header.Keks[0], plan.Header.FileId.Span);
        var dataKey = RandomNumberGenerator.GetBytes(CardholderCipher.KeyLength);
        var header = plan.Header with { DataKey = keys.Encipher(dataKey) };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] others =
        [
            Task.Run(() => ReadAsync(input, stop.Token), CancellationToken.None),
            .. Enumerable.Range(0, plan.Threads).Select(_ => Task.Factory.StartNew(
                () => Prepare(dataKey, pool, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        // Who fails ends the others too; a writer that waits for a card of a dead worker would wait for ever.
        foreach (var task in others)
            _ = task.ContinueWith(_ => stop.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        try
        {
            return await WriteAsync(output, header, keys, stop.Token);
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
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    async Task ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        var format = RecordFormats.Choose(ProfileDescription.Of(plan.Profile), plan.Format, MaxRecordBytes);
        long number = 0;
        await foreach (var record in RecordReader.ReadAsync(input, format, cancellationToken))
        {
            var (card, refusal) = await _inputs.CompleteAsync(record, ++number, cancellationToken);
            var work = refusal is null ? new CardInWork(card) : CardInWork.Refused(refusal);
            await _toWrite.Writer.WriteAsync(work, cancellationToken);
            if (work.Card is not null)
                await _toPrepare.Writer.WriteAsync(work, cancellationToken);
        }

        _toPrepare.Writer.Complete();
        _toWrite.Writer.Complete();
    }

    // A thread of its own: a token's calls block.
    void Prepare(byte[] dataKey, CardKeyPool? pool, CancellationToken cancellationToken)
    {
        using var worker = new PreparationWorker(plan, _fields, dataKey, pool);
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

    async Task<PreparationOutcome> WriteAsync(Stream output, PreparedHeader header, TransportKeys keys, CancellationToken cancellationToken)
    {
        var writer = new PreparedFileWriter(output, header);
        List<Refusal> refusals = [];
        await foreach (var work in _toWrite.Reader.ReadAllAsync(cancellationToken))
        {
            var (card, refusal) = await work.Done.Task.WaitAsync(cancellationToken);
            if (card is not null)
                writer.Write(writer.Count + 1, card.Seal(writer.Count + 1, keys));
            else
                refusals.Add(refusal!);
        }

        writer.Complete(keys);
        return new PreparationOutcome(writer.Count + refusals.Count, writer.Count, refusals);
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
