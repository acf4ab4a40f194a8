using PersoMesh.Contracts.Ingest;
using PersoMesh.Keys;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Preparing;

/// <summary>What a preparation works with.</summary>
/// <param name="Profile">The card profile.</param>
/// <param name="Module">The issuer's security module; needs sessions for the threads, for as many of the pool, and one for the file.</param>
/// <param name="Header">The header of the file to write.</param>
/// <param name="Certificates">The issuer's certificates by the label of their key.</param>
/// <param name="Format">csv, jsonl or text.</param>
sealed record PreparationPlan(
    CardProfile Profile, ISecurityModule Module, PreparedHeader Header, IReadOnlyDictionary<string, IssuerCertificate> Certificates, string Format)
{
    /// <summary>Threads that prepare, each with a session of its own.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads that keep key pairs ahead of their cards, each with a session of its own.</summary>
    public int KeyThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where card key pairs wait; null has each made when its card needs it.</summary>
    public KeyPairStore? Pool { get; init; }

    /// <summary>The profile's data sources, all of them.</summary>
    public IReadOnlyList<SourceFile> Sources { get; init; } = [];

    /// <summary>The profile's counters by name, all of them.</summary>
    public IReadOnlyDictionary<string, CounterFile> Counters { get; init; } = new Dictionary<string, CounterFile>();

    /// <summary>Sessions that a run opens.</summary>
    public static int Sessions(int threads, int keyThreads) => threads + keyThreads + 2;

    /// <summary>What key pairs the cards need.</summary>
    public IEnumerable<KeyPairSize> KeyPairs => (Profile.Chip?.Applications ?? [])
        .SelectMany(application => application.KeyPairs).Select(pair => new KeyPairSize(pair.Bits, pair.Exponent)).Distinct();
}

/// <summary>What came of a preparation.</summary>
/// <param name="Records">Records read.</param>
/// <param name="Prepared">Records written.</param>
/// <param name="Refusals">The others.</param>
sealed record PreparationOutcome(long Records, long Prepared, IReadOnlyList<Refusal> Refusals);
