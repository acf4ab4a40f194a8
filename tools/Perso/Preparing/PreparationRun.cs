using System.Diagnostics.CodeAnalysis;
using PersoMesh.Contracts.Ingest;
using PersoMesh.Conversions;
using PersoMesh.Ingest.Formats;
using PersoMesh.Ingest.Intake;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;
using PersoMesh.Translator.Profiles;

namespace PersoMesh.Perso.Preparing;

/// <summary>What a preparation works with.</summary>
/// <param name="Profile">The card profile.</param>
/// <param name="Module">The issuer's security module.</param>
/// <param name="Header">The header of the file to write.</param>
/// <param name="Certificates">The issuer's certificates by the label of their key.</param>
/// <param name="Format">csv, jsonl or text.</param>
sealed record PreparationPlan(
    CardProfile Profile, ISecurityModule Module, PreparedHeader Header, IReadOnlyDictionary<string, IssuerCertificate> Certificates, string Format)
{
    /// <summary>Threads, each with a session of its own.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where card key pairs come from; null has the session make each when it is needed.</summary>
    public CardKeySource? CardKeys { get; init; }
}

/// <summary>What came of a preparation.</summary>
/// <param name="Records">Records read.</param>
/// <param name="Prepared">Records written.</param>
/// <param name="Refusals">The others.</param>
sealed record PreparationOutcome(long Records, long Prepared, IReadOnlyList<Refusal> Refusals);

/// <summary>Prepares a whole file: reads and checks card objects, computes their fields, prepares them on several threads, writes them in order.</summary>
sealed class PreparationRun(PreparationPlan plan)
{
    const int BatchPerThread = 16;
    const int MaxRecordBytes = 64 * 1024;

    readonly CompiledPlan _fields = plan.Profile.Fields.Compile();
    readonly RecordCheck _check = new(ProfileDescription.Of(plan.Profile));
    readonly HashSet<string> _identifiers = new(StringComparer.Ordinal);
    readonly List<Refusal> _refusals = [];

    /// <summary>Reads from the input until its end.</summary>
    public async Task<PreparationOutcome> RunAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        var workers = new List<Worker>();
        try
        {
            for (var i = 0; i < plan.Threads; i++)
                workers.Add(new Worker(plan));
            using var sealing = new Worker(plan);
            var writer = new PreparedFileWriter(output, plan.Header);
            var format = RecordFormats.Choose(ProfileDescription.Of(plan.Profile), plan.Format, MaxRecordBytes);
            long records = 0;
            List<CardFields> batch = [];
            await foreach (var record in RecordReader.ReadAsync(input, format, cancellationToken))
            {
                records++;
                if (TryRead(record, records, out var card))
                    batch.Add(card);
                if (batch.Count < BatchPerThread * plan.Threads)
                    continue;
                Write(batch, workers, writer, sealing.Keys);
                batch.Clear();
            }

            Write(batch, workers, writer, sealing.Keys);
            writer.Complete(sealing.Keys);
            return new PreparationOutcome(records, writer.Count, _refusals);
        }
        finally
        {
            workers.ForEach(worker => worker.Dispose());
        }
    }

    bool TryRead(ReadRecord record, long number, [NotNullWhen(true)] out CardFields? card)
    {
        card = null;
        var fault = _check.Check(record, out var identifier, out var inputs);
        var refusal = fault is null ? null : new Refusal(number, fault.CardObjectId, fault.Field, fault.Reason!);
        if (refusal is null && !_identifiers.Add(identifier))
            refusal = new Refusal(number, identifier, _check.IdentifierField, "the identifier was used before: every card object needs its own");
        if (refusal is null)
        {
            var outcome = _fields.Evaluate(inputs);
            if (outcome.IsSuccess)
                card = new CardFields(number, identifier, outcome.Outputs);
            else
                refusal = new Refusal(number, identifier, outcome.Failure.Field, $"{outcome.Failure.Function}: {outcome.Failure.Reason}");
        }

        if (refusal is not null)
            _refusals.Add(refusal);
        return card is not null;
    }

    void Write(List<CardFields> batch, List<Worker> workers, PreparedFileWriter writer, TransportKeys keys)
    {
        var results = new (PreparedCard? Card, Refusal? Refusal)[batch.Count];
        var next = -1;
        Parallel.ForEach(workers, new ParallelOptions { MaxDegreeOfParallelism = workers.Count }, worker =>
        {
            for (var i = Interlocked.Increment(ref next); i < batch.Count; i = Interlocked.Increment(ref next))
                results[i] = worker.Prepare(batch[i]);
        });
        foreach (var (card, refusal) in results)
        {
            if (card is not null)
                writer.Write(writer.Count + 1, card.Seal(writer.Count + 1, keys));
            else
                _refusals.Add(refusal!);
        }
    }

    sealed record CardFields(long Number, string Identifier, IReadOnlyDictionary<string, string> Fields);

    /// <summary>A thread's session with what it has derived in it.</summary>
    sealed class Worker : IDisposable
    {
        readonly ISecuritySession _session;
        readonly RecordPreparer _preparer;

        public Worker(PreparationPlan plan)
        {
            _session = plan.Module.OpenSession();
            Keys = new TransportKeys(_session, plan.Header.Keks[0], plan.Header.FileId.Span);
            _preparer = new RecordPreparer(plan.Profile, _session, Keys, plan.Certificates, plan.CardKeys ?? Generate);
        }

        public TransportKeys Keys { get; }

        public (PreparedCard? Card, Refusal? Refusal) Prepare(CardFields card)
        {
            try
            {
                return (_preparer.Prepare(card.Number, card.Identifier, card.Fields), null);
            }
            catch (PreparedJobException e)
            {
                return (null, new Refusal(card.Number, card.Identifier, e.Where, e.Reason));
            }
        }

        public void Dispose()
        {
            Keys.Dispose();
            _session.Dispose();
        }

        System.Security.Cryptography.RSAParameters Generate(int bits, int exponent) => _session is IRsaSession rsa
            ? rsa.GenerateCardKeyPair(bits, exponent)
            : throw new SecurityModuleException("This security module makes no RSA key pairs: use a PKCS#11 token.");
    }
}
