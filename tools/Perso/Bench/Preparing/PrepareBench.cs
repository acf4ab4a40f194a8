using System.Diagnostics;
using PersoMesh.Perso.Samples;
using PersoMesh.PreparedJobs;
using PersoMesh.Profiles;

namespace PersoMesh.Perso.Bench.Preparing;

/// <summary>Cards with RSA keys beside what the machine makes of such keys.</summary>
/// <param name="Size">The keys.</param>
/// <param name="Cards">Cards, and keys of each limit.</param>
/// <param name="CardsPerSecond">Prepared, from an empty pool: every key pair made meanwhile, what is left over stored.</param>
/// <param name="LibraryKeysPerSecond">OpenSSL's library in as many threads, nothing else.</param>
/// <param name="ProgramKeysPerSecond"><c>openssl genrsa</c> in as many processes.</param>
/// <param name="TokenKeysPerSecond">The token in as many sessions.</param>
/// <param name="CardsPerSecondFromPool">Prepared from a pool that was filled before.</param>
sealed record RsaFigures(
    string Size, int Cards, double CardsPerSecond, double LibraryKeysPerSecond, double ProgramKeysPerSecond, double TokenKeysPerSecond, double CardsPerSecondFromPool)
{
    /// <summary>The aim is 0.9.</summary>
    public double OfLibraryLimit => CardsPerSecond / LibraryKeysPerSecond;

    public double OfProgramLimit => CardsPerSecond / ProgramKeysPerSecond;

    public double OfTokenLimit => CardsPerSecond / TokenKeysPerSecond;
}

/// <summary>Cards with symmetric keys beside what the token derives at most.</summary>
/// <param name="Cards">Cards.</param>
/// <param name="DerivationsPerCard">Keys that are derived for a card.</param>
/// <param name="CardsPerSecond">Prepared.</param>
/// <param name="DerivationsPerSecond">C_DeriveKey and C_DestroyObject, nothing else.</param>
/// <param name="EncryptionsPerSecond">C_EncryptInit and C_Encrypt of two blocks, nothing else: by this card keys are derived, because they have to leave the token.</param>
sealed record SymmetricFigures(int Cards, int DerivationsPerCard, double CardsPerSecond, double DerivationsPerSecond, double EncryptionsPerSecond)
{
    /// <summary>The aim is 0.5.</summary>
    public double OfDerivationLimit => CardsPerSecond * DerivationsPerCard / DerivationsPerSecond;
}

/// <summary>All figures of a run.</summary>
sealed record PrepareFigures(int Threads, SymmetricFigures Symmetric, IReadOnlyList<RsaFigures> Rsa);

/// <summary>
/// Measures preparation beside the machine's limits. Limits and preparation take turns, round by round, so that what else the machine does
/// hits all of them; times are added up over the rounds, because the time of one RSA key says nothing.
/// </summary>
static class PrepareBench
{
    const int DerivationsPerCard = 3;
    const int WarmUp = 200;

    public static async Task<PrepareFigures> RunAsync(int rounds, double seconds, string folder, Action<string> progress, CancellationToken cancellationToken)
    {
        RunFolder.Create(folder);
        progress("making a token");
        using var issuer = new BenchIssuer(folder, Environment.ProcessorCount);
        var bench = new Measurement(issuer, folder, rounds, seconds, progress, cancellationToken);
        var symmetric = await bench.SymmetricAsync(ProfileLibrary.Load(InstallFolder.Profiles).Get("emv-debit"));
        var certified = await bench.RsaAsync(BenchIssuer.Certified);
        var plain = await bench.RsaAsync(BenchIssuer.Plain);
        return new PrepareFigures(issuer.Threads, symmetric, [certified, plain]);
    }

    sealed class Measurement(BenchIssuer issuer, string folder, int rounds, double seconds, Action<string> progress, CancellationToken cancellationToken)
    {
        readonly MachineLimits _limits = new(issuer.Module, issuer.Threads);

        public async Task<SymmetricFigures> SymmetricAsync(CardProfile profile)
        {
            await PrepareAsync(profile, WarmUp, pool: null);
            var perCard = await PrepareAsync(profile, WarmUp, pool: null) / WarmUp;
            var cards = Math.Max(WarmUp, (int)(seconds / perCard.TotalSeconds));
            var derivations = Enough(_limits.Derive);
            var encryptions = Enough(_limits.Encrypt);
            TimeSpan preparing = default, deriving = default, encrypting = default;
            for (var round = 1; round <= rounds; round++)
            {
                progress($"symmetric keys, round {round} of {rounds}");
                deriving += _limits.Derive(derivations);
                preparing += await PrepareAsync(profile, cards, pool: null);
                encrypting += _limits.Encrypt(encryptions);
            }

            return new SymmetricFigures(
                cards * rounds, DerivationsPerCard, Rate(cards, preparing), Rate(derivations, deriving), Rate(encryptions, encrypting));
        }

        public async Task<RsaFigures> RsaAsync(CardProfile profile)
        {
            var pair = profile.Chip!.Applications[0].KeyPair!;
            var size = new KeyPairSize(pair.Bits, pair.Exponent);
            const int Sample = 16;
            var count = Math.Max(Sample, (int)(seconds / (_limits.GenerateByLibrary(size, Sample) / Sample).TotalSeconds));
            var generated = new KeyPairStore(Path.Combine(folder, $"{size}-made"));
            var filled = new KeyPairStore(Path.Combine(folder, $"{size}-filled"));
            TimeSpan preparing = default, library = default, program = default, token = default;
            for (var round = 1; round <= rounds; round++)
            {
                progress($"{size}, round {round} of {rounds}");
                library += _limits.GenerateByLibrary(size, count);
                preparing += await PrepareAsync(profile, count, generated);
                program += _limits.GenerateByProgram(size, count);
                token += _limits.GenerateByToken(size, count);
            }

            progress($"{size}, from a pool");
            KeyPairFilling.Fill(issuer.Module, filled, size, count, issuer.Threads, _ => { }, cancellationToken);
            var fromPool = await PrepareAsync(profile, count, filled);
            return new RsaFigures(
                size.ToString(), count * rounds, Rate(count, preparing), Rate(count, library), Rate(count, program), Rate(count, token),
                count / fromPool.TotalSeconds);
        }

        async Task<TimeSpan> PrepareAsync(CardProfile profile, int cards, KeyPairStore? pool)
        {
            var file = Path.Combine(folder, $"{profile.Name}-{cards}.csv");
            if (!File.Exists(file))
                SampleFile.Write(profile, cards, seed: 1, file);
            var start = Stopwatch.GetTimestamp();
            await issuer.PrepareAsync(profile, file, Path.Combine(folder, "job.prec"), pool, cancellationToken);
            return Stopwatch.GetElapsedTime(start);
        }

        int Enough(Func<int, TimeSpan> measure)
        {
            const int Sample = 2000;
            measure(Sample);
            return (int)(Sample * seconds / measure(Sample).TotalSeconds);
        }

        double Rate(int countPerRound, TimeSpan total) => (double)countPerRound * rounds / total.TotalSeconds;
    }
}
