using PersoMesh.Contracts.Ingest;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;

namespace PersoMesh.Perso.Preparing;

/// <summary>What a preparation works with.</summary>
/// <param name="Pass">What of the profile is prepared.</param>
/// <param name="Module">The issuer's security module; needs sessions for the threads, for as many of the pool, and two for the file.</param>
/// <param name="Header">The header of the file to write; data keys that it lacks are made.</param>
/// <param name="Certificates">The issuer's certificates by the label of their key.</param>
/// <param name="Format">csv, jsonl or text.</param>
sealed record PreparationPlan(
    PreparationPass Pass, ISecurityModule Module, PreparedHeader Header, IReadOnlyDictionary<string, IssuerCertificate> Certificates, string Format)
{
    /// <summary>Which of the header's key encryption keys protects what is prepared, from 0.</summary>
    public int Kek { get; init; }

    /// <summary>Threads that prepare, each with a session of its own.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads that keep key pairs ahead of their cards, each with a session of its own.</summary>
    public int KeyThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where card key pairs wait; null has each made when its card needs it.</summary>
    public KeyPairStore? Pool { get; init; }

    /// <summary>The data sources that the pass uses.</summary>
    public IReadOnlyList<SourceFile> Sources { get; init; } = [];

    /// <summary>The counters that the pass uses, by name.</summary>
    public IReadOnlyDictionary<string, CounterFile> Counters { get; init; } = new Dictionary<string, CounterFile>();

    /// <summary>Sessions that a run opens.</summary>
    public static int Sessions(int threads, int keyThreads) => threads + keyThreads + 2;

    /// <summary>What key pairs the cards need.</summary>
    public IEnumerable<KeyPairSize> KeyPairs => Pass.Applications
        .SelectMany(placed => placed.Application.KeyPairs).Select(pair => new KeyPairSize(pair.Bits, pair.Exponent)).Distinct();
}

/// <summary>What came of a preparation.</summary>
/// <param name="Records">Card objects read.</param>
/// <param name="Prepared">Those that were prepared.</param>
/// <param name="Refusals">The others.</param>
sealed record PreparationOutcome(long Records, long Prepared, IReadOnlyList<Refusal> Refusals);
